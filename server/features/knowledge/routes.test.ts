import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';

describe('POST /api/search', () => {
  let app: TestApp;
  let ada: Client;
  let bob: Client;
  let fileId: string;

  beforeAll(async () => {
    app = await createTestApp();
    ada = await app.person('ada');
    bob = await app.person('bob');
  });
  afterAll(() => app.close());

  it('finds passages in one’s own files', async () => {
    const form = new FormData();
    form.append(
      'file',
      new File(['# Pump\n\nThe pump has a warranty of 36 months.\n'], 'pump.md', { type: 'text/markdown' }),
    );
    fileId = (await ada.post('/api/files', form)).body.id;
    await expect
      .poll(async () => (await ada.get(`/api/files/${fileId}`)).body.status, { timeout: 20_000 })
      .toBe('ready');
    const { status, body } = await ada.post('/api/search', { q: 'pump warranties' });
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          source: { kind: 'file', id: fileId, title: 'pump.md' },
          ordinal: 0,
          text: 'Pump\n\nThe pump has a warranty of 36 months.',
          score: 1,
        },
      ],
      next_cursor: null,
    });
  });

  it('finds nothing of anyone else’s', async () => {
    expect((await bob.post('/api/search', { q: 'pump warranties' })).body).toEqual({ items: [], next_cursor: null });
  });

  it('is for those who are signed in, before the body is looked at', async () => {
    expect((await app.stranger().post('/api/search', { nonsense: true })).status).toBe(401);
  });

  it.each([[{}], [{ q: '' }], [{ q: 'x', limit: 0 }], [{ q: 'x', scope: 'all' }], [{ q: 'x'.repeat(2_001) }]])(
    'refuses a body that is not right (%#)',
    async (body) => {
      const answer = await ada.post('/api/search', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  it('takes the syntax of any engine as words', async () => {
    for (const q of ['"', 'pump*', 'NEAR(a b)', "' or 1=1 --", '& | !', '\\', '+-@<>~']) {
      expect((await ada.post('/api/search', { q })).status, q).toBe(200);
    }
  });

  it('finds nothing of a file that has been deleted', async () => {
    expect((await ada.delete(`/api/files/${fileId}`)).status).toBe(204);
    expect((await ada.post('/api/search', { q: 'pump' })).body).toEqual({ items: [], next_cursor: null });
  });
});
