import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ env: { SIGNUP_MODE: 'approval' } });
});
afterAll(() => app.close());

it('people have the apps that come with Carrel once they are approved, and nobody else has any', async () => {
  const admin = await app.person('admin');
  expect(admin.user?.apps).toEqual(['chat', 'documents']);
  expect((await admin.get('/api/apps')).body).toEqual({
    items: [
      { key: 'chat', name: 'Chat', kind: 'builtin', path: '/' },
      { key: 'documents', name: 'Documents', kind: 'builtin', path: '/files' },
    ],
    next_cursor: null,
  });
  const waiting = await app.person('waiting');
  expect(waiting.user).toMatchObject({ role: 'pending', apps: [] });
  const { status, body } = await app.stranger().get('/api/apps');
  expect([status, body.code]).toEqual([401, 'AUTH_REQUIRED']);

  await admin.patch(`/api/admin/users/${waiting.id}`, { role: 'user' });
  expect((await admin.get(`/api/admin/users/${waiting.id}`)).body.apps).toEqual(['chat', 'documents']);
});
