import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createFakeLlm } from '../../../test/fake-llm/server.ts';
import { days } from '../../lib/clock.ts';

const nobody = '018f0000-0000-7000-8000-000000000000';

describeEachDatabase('quotas', (database) => {
  it('let exactly as many messages through as there are, of 50 at once, and more the next day', async () => {
    const clock = { ahead: 0 };
    const fake = await createFakeLlm();
    const app = await createTestApp({
      env: {
        DATABASE_URL: database().url,
        OPENAI_BASE_URL: `${fake.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        SESSION_TIMEOUT_MINUTES: '525600',
      },
      overrides: { now: () => Date.now() + clock.ahead },
    });
    try {
      const admin = await app.person('admin');
      const ada = await app.person('ada');
      const quota = `/api/admin/users/${ada.id}/quota`;
      const ask = () => ada.post('/api/chat/message', { content: 'A question' });
      expect((await admin.get(quota)).body).toMatchObject({ messages_per_day: null, source: 'default' });
      expect((await ask()).status).toBe(200);
      expect((await admin.put(quota, { messages_per_day: 2, tokens_per_day: null })).body).toMatchObject({
        source: 'own',
        used: { messages: 1 },
        left: { messages: 1, tokens: null },
      });
      const before = (await ada.get('/api/conversations?limit=200')).body.items.length;
      const answers = await Promise.all(Array.from({ length: 50 }, ask));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.filter(({ body }) => body.code === 'QUOTA_EXCEEDED');
      expect(refused).toHaveLength(49);
      for (const { status, headers } of refused) {
        expect(status).toBe(429);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
      }
      expect((await ada.get('/api/conversations?limit=200')).body.items).toHaveLength(before + 1);
      expect((await ada.get('/api/usage/quota')).body).toMatchObject({ used: { messages: 2 }, left: { messages: 0 } });
      expect((await admin.get('/api/admin/audit?action=quota.exceeded')).body.items).toMatchObject([
        { actor: { id: ada.id }, detail: { kind: 'messages', limit: 2 } },
      ]);
      clock.ahead = days(1);
      expect((await ask()).status).toBe(200);
      expect((await ada.get('/api/usage/quota')).body.used.messages).toBe(1);
    } finally {
      await app.close();
      await fake.close();
    }
  });
});

it('count tokens when an answer ends; groups give the most generous; 0 forbids; members change nothing', async () => {
  const fake = await createFakeLlm();
  const app = await createTestApp({
    env: { OPENAI_BASE_URL: `${fake.url}/v1`, OPENAI_API_KEY: 'sk-test', QUOTA_MESSAGES_PER_DAY: '100' },
  });
  try {
    const admin = await app.person('admin');
    const ada = await app.person('ada');
    const quota = `/api/admin/users/${ada.id}/quota`;
    const ask = () => ada.post('/api/chat/message', { content: 'A question' });
    const mine = async () => (await ada.get('/api/usage/quota')).body;
    expect(await mine()).toMatchObject({ messages_per_day: 100, tokens_per_day: null, source: 'default' });

    await admin.put(quota, { messages_per_day: null, tokens_per_day: 50 });
    fake.script({ text: 'Yes.', usage: { prompt: 40, completion: 20 } });
    expect((await ask()).status).toBe(200);
    await expect.poll(async () => (await mine()).used.tokens).toBe(60);
    expect((await ask()).body).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'Your 50 tokens for today are used up.',
    });
    expect((await mine()).used.messages).toBe(1);

    expect((await admin.put(quota, { messages_per_day: 0 })).body).toMatchObject({
      messages_per_day: 0,
      tokens_per_day: null,
      storage_bytes: null,
    });
    for (const nothing of [{}, undefined]) expect((await admin.put(quota, nothing)).status).toBe(400);
    await admin.put(quota, { messages_per_day: 0, tokens_per_day: null });
    expect((await ask()).status).toBe(429);
    expect((await admin.delete(quota)).status).toBe(204);
    expect((await admin.delete(quota)).status).toBe(204);
    const groups: string[] = [];
    for (const [name, messages_per_day] of [
      ['Few', 1],
      ['Some', 7],
    ] as const) {
      const { id } = (await admin.post('/api/admin/groups', { name })).body;
      const of = `/api/admin/groups/${id}`;
      expect((await admin.get(`${of}/quota`)).body.source).toBe('none');
      await admin.put(`${of}/quota`, { messages_per_day, tokens_per_day: 1_000 });
      await admin.put(`${of}/members/${ada.id}`);
      groups.push(`${of}/quota`);
    }
    expect(await mine()).toMatchObject({ messages_per_day: 7, tokens_per_day: 1_000, source: 'group' });

    for (const url of [quota, ...groups]) {
      for (const method of ['GET', 'PUT', 'DELETE'])
        expect((await ada.call(method, url, method === 'GET' ? undefined : { x: 1 })).body.code).toBe('ADMIN_REQUIRED');
      for (const bad of [{}, { messages_per_day: -1, tokens_per_day: 1 }, { messages_per_day: 1, tokens_per_day: '9' }])
        expect((await admin.put(url, bad)).status).toBe(400);
    }
    for (const kind of ['users', 'groups'])
      expect(
        (await admin.put(`/api/admin/${kind}/${nobody}/quota`, { messages_per_day: 1, tokens_per_day: 1 })).status,
      ).toBe(404);
  } finally {
    await app.close();
    await fake.close();
  }
});
