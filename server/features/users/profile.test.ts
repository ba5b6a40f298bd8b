import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_PREFERENCES_BYTES } from '../../../shared/api/profile.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

describeEachDatabase('a profile', (database) => {
  let app: TestApp;
  let ada: Client;
  let eve: Client;
  const empty = { full_name: null, phone: null, bio: null, timezone: null, language: null };
  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    [ada, eve] = [await app.person('ada'), await app.person('eve')];
  });
  afterAll(() => app.close());

  it('keeps what is told, changes what is named, and forgets what is taken away', async () => {
    expect((await ada.get('/api/profile')).body).toEqual(empty);
    const told = {
      full_name: 'Ada, Countess of Lovelace 🖋',
      phone: '+44 20 7946 0000',
      bio: 'First line.\nSecond line.',
      timezone: 'Europe/London',
      language: 'en-GB',
    };
    expect((await ada.put('/api/profile', told)).body).toEqual(told);
    expect((await ada.put('/api/profile', { bio: null, phone: '', language: 'de' })).body).toEqual({
      ...told,
      bio: null,
      phone: null,
      language: 'de',
    });
    expect((await ada.get('/api/profile')).body).toMatchObject({ full_name: told.full_name, language: 'de' });
    expect((await eve.get('/api/profile')).body).toEqual(empty);
  });

  it.each([
    { timezone: 'Europe/Atlantis' },
    { language: '<script>' },
    { full_name: 'two\nlines' },
    { bio: 'x'.repeat(2_001) },
    { user_id: 'x' },
    { phone: 5 },
  ])('takes nothing that does not fit: %j', async (body) => {
    expect((await ada.put('/api/profile', body)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('of pages is any object of a bounded size, replaced as a whole', async () => {
    const path = '/api/users/me/settings';
    expect((await ada.get(path)).body).toEqual({});
    const first = { theme: 'dark', panels: [1, { deep: null }], name: 'ünï' };
    expect((await ada.put(path, first)).body).toEqual(first);
    expect((await ada.put(path, { theme: 'light' })).body).toEqual({ theme: 'light' });
    expect((await eve.get(path)).body).toEqual({});
    for (const body of [[], 'text', '{"__proto__":{"a":1}}', { big: 'x'.repeat(MAX_PREFERENCES_BYTES) }])
      expect((await ada.call('PUT', path, body, { headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect((await ada.get(path)).body).toEqual({ theme: 'light' });
    expect((await ada.get('/api/profile')).body.language).toBe('de');
  });

  it('is for who is signed in, and for no key', async () => {
    const { key } = (await ada.post('/api/auth/api-keys', { name: 'k' })).body;
    for (const path of ['/api/profile', '/api/users/me/settings']) {
      expect((await app.stranger().get(path)).status).toBe(401);
      expect((await app.stranger().get(path, { headers: { 'x-api-key': key } })).body.code).toBe('SCOPE_REQUIRED');
    }
  });
});
