import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

describeEachDatabase('what answers cost', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let admin: Client;
  let ada: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    admin = await app.person('admin');
    ada = await app.person('ada');
  });
  afterAll(() => app.close());

  const setPrice = async (input: number, output: number) => {
    const set = await admin.patch('/api/admin/providers/openai', { prices: { 'gpt-4o': { input, output } } });
    expect(set.status).toBe(200);
  };
  const ask = async (more: object = {}) => {
    llm.script({ text: 'Yes.', usage: { prompt: 1_000, completion: 10 } });
    const events = await ada.chat({ content: 'How much?', model: 'openai/gpt-4o', ...more });
    const done = events.at(-1);
    if (done?.event !== 'done') throw new Error(JSON.stringify(done));
    const [meta] = events;
    const id = meta?.event === 'meta' ? meta.data.message_id : '';
    return { told: done.data.usage, id };
  };
  const messageOf = async (id: string) => (await ada.get(`/api/messages/${id}`)).body;
  const totals = async () => (await ada.get('/api/usage')).body.totals;

  it('is not told where the model has no price', async () => {
    const { told, id } = await ask();
    const usage = { prompt_tokens: 1_000, completion_tokens: 10, total_tokens: 1_010 };
    expect([told, (await messageOf(id)).usage]).toEqual([usage, usage]);
    expect((await totals()).cost).toBe(0);
  });

  it('is counted when it is used, and another price later changes nothing of it', async () => {
    await setPrice(2.5, 10);
    const { told, id } = await ask();
    // 1,000 tokens at 2.5 and 10 at 10 for a million: 2,600 millionths.
    expect(told).toMatchObject({ cost: 2_600 });
    expect((await messageOf(id)).usage.cost).toBe(2_600);
    expect((await totals()).cost).toBe(2_600);

    await setPrice(100, 100);
    expect((await messageOf(id)).usage.cost).toBe(2_600);
    expect((await totals()).cost).toBe(2_600);
    await ask();
    expect((await totals()).cost).toBe(2_600 + 101_000);
    const people = (await admin.get('/api/admin/usage?group_by=user')).body.items;
    expect(people).toMatchObject([{ user: { id: ada.id }, cost: 103_600 }]);
    const [model] = (await ada.get('/api/usage?group_by=model')).body.items;
    expect(model).toMatchObject({ model: 'openai/gpt-4o', cost: 103_600 });
  });

  it('is counted for those with a quota, in temporary chats and for other programs too', async () => {
    await setPrice(1, 1);
    await admin.put(`/api/admin/users/${ada.id}/quota`, { messages_per_day: 1_000 });
    const before = (await totals()).cost;
    await ask();
    await expect.poll(async () => (await totals()).cost).toBe(before + 1_010);
    await ask({ temporary: true });
    await expect.poll(async () => (await totals()).cost).toBe(before + 2_020);
    const { key } = (await ada.post('/api/auth/api-keys', { name: 'program', scopes: ['chat'] })).body;
    const answer = await app
      .stranger()
      .post(
        '/v1/chat/completions',
        { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }] },
        { headers: { authorization: `Bearer ${key}` } },
      );
    expect(answer.status).toBe(200);
    await expect.poll(async () => (await totals()).cost).toBe(before + 3_030);
  });

  it('goes with a conversation that is exported and imported', async () => {
    await setPrice(2.5, 10);
    const { id } = await ask();
    const { conversation_id } = await messageOf(id);
    const file = (await ada.get(`/api/conversations/${conversation_id}/export?format=json`)).body;
    const { body } = await ada.post('/api/conversations/import', file);
    const again = (await ada.get(`/api/conversations/${body.items[0].conversation_id}/messages`)).body.items;
    expect(again.at(-1).usage.cost).toBe(2_600);
  });
});
