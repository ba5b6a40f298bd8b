import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { readEvents, textOf, readAll, type Client, type SeenEvent } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

describeEachDatabase('going on with an answer', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({
      env: (url) => ({
        DATABASE_URL: database().url,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: 'sk-test',
        PROVIDER_TIMEOUT_MS: '1500',
      }),
    }));
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());
  beforeEach(() => llm.script({}));

  const metaOf = (events: readonly SeenEvent[]) => {
    const [first] = events;
    if (first?.event !== 'meta') throw new Error('no meta');
    return first.data;
  };
  const sent = () => llm.requests.at(-1)?.body['messages'] as { role: string; content: string }[];
  const goOn = async (who: Client, message_id: string) =>
    readAll(await who.openStream('POST', '/api/chat/continue', { message_id }));

  async function cutOff(model?: string) {
    llm.script({ text: 'The beginning ', finish: 'length', usage: { prompt: 5, completion: 2 } });
    const events = await anna.chat({ content: 'Tell me', ...(model && { model }) });
    llm.script({ text: 'and the end.', usage: { prompt: 7, completion: 3 } });
    return metaOf(events);
  }

  it('writes the rest into the same message, which counts both runs', async () => {
    const { message_id, conversation_id } = await cutOff();
    const events = await goOn(anna, message_id);
    expect(metaOf(events)).toMatchObject({ message_id, conversation_id });
    expect([textOf(events), events.at(-1)?.event]).toEqual(['The beginning and the end.', 'done']);
    const { body } = await anna.get(`/api/conversations/${String(conversation_id)}/messages`);
    expect(body.items).toHaveLength(2);
    expect(body.items[1]).toMatchObject({
      id: message_id,
      content: 'The beginning and the end.',
      status: 'complete',
      finish_reason: 'stop',
      usage: { prompt_tokens: 12, completion_tokens: 5 },
    });
    expect(sent().map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(sent()[1]?.content).toBe('The beginning ');
  });

  it('gives the answer so far to models that take it as their own words', async () => {
    const { body } = await anna.get('/api/models');
    const model = (body.items as { id: string }[]).find(({ id }) => /^anthropic\/claude-(3|.*-4-5)/.test(id))?.id;
    if (!model) throw new Error('the fake lists no such model');
    const { message_id } = await cutOff(model);
    expect(textOf(await goOn(anna, message_id))).toBe('The beginning and the end.');
    expect(sent().map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('goes on after Stop, and after a failure that left some text', async () => {
    llm.script({ text: ['Half ', 'done'], fault: { kind: 'reset', after: 1 } });
    const failed = metaOf(await anna.chat({ content: 'Tell me' }));
    const { body: before } = await anna.get(`/api/messages/${failed.message_id}`);
    expect(before).toMatchObject({ status: 'failed', content: 'Half ' });
    llm.script({ text: 'a loaf' });
    await goOn(anna, failed.message_id);
    const { body } = await anna.get(`/api/messages/${failed.message_id}`);
    expect(body).toMatchObject({ status: 'complete', content: 'Half a loaf', error: null });
  });

  it('keeps what was there when the rest fails', async () => {
    const { message_id } = await cutOff();
    llm.script({ status: 500 });
    expect((await goOn(anna, message_id)).at(-1)?.event).toBe('error');
    const { body } = await anna.get(`/api/messages/${message_id}`);
    expect(body).toMatchObject({ status: 'failed', content: 'The beginning ' });
  });

  it('is done by one of those who ask at once', async () => {
    const { message_id } = await cutOff();
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ text: 'and the end.', hold: { after: 0, until } });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => anna.fetch('POST', '/api/chat/continue', { message_id })),
    );
    release();
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409]);
    for (const answer of answers) await answer.text();
    const { body } = await anna.get(`/api/messages/${message_id}`);
    expect(body.content).toBe('The beginning and the end.');
  });

  it('refuses a whole answer, a question, and somebody else’s', async () => {
    const whole = metaOf(await anna.chat({ content: 'Hello' }));
    const ask = async (who: Client, message_id: string | null) =>
      (await who.post('/api/chat/continue', { message_id })).status;
    expect(await ask(anna, whole.message_id)).toBe(409);
    expect(await ask(anna, whole.user_message_id)).toBe(409);
    const { message_id } = await cutOff();
    expect(await ask(ben, message_id)).toBe(404);
  });

  it('shows another device what stands there from the first event on', async () => {
    const { message_id } = await cutOff();
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ text: 'and the end.', hold: { after: 0, until } });
    const events = readEvents(await anna.openStream('POST', '/api/chat/continue', { message_id }));
    const seen: SeenEvent[] = [];
    while (textOf(seen) === '') seen.push((await events.next()).value as SeenEvent);
    const { body } = await anna.get(`/api/messages/${message_id}`);
    release();
    expect(body).toMatchObject({ status: 'streaming', content: 'The beginning ' });
    for await (const event of events) seen.push(event);
    expect(textOf(seen)).toBe('The beginning and the end.');
  });
});
