import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { startIndexing } from './jobs.ts';
import { createChatSearchRepository } from './repository.ts';

describeEachDatabase('what was said', (database) => {
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());

  const conversation = async (who: Client, title = 'Talk'): Promise<string> =>
    (await who.post('/api/conversations', { title })).body.id as string;
  const say = async (who: Client, id: string, content: string, role = 'user'): Promise<string> => {
    const said = await who.post(`/api/conversations/${id}/messages`, { content, role });
    expect(said.status).toBe(201);
    return said.body.id as string;
  };
  const search = async (who: Client, query: string) =>
    (await who.get(`/api/conversations/search?${query}`)).body.items as {
      message_id: string;
      conversation_id: string;
      title: string;
      snippet: string;
    }[];

  it('is found by its words, newest first, with the words marked', async () => {
    const talk = await conversation(anna, 'Heating');
    const first = await say(anna, talk, 'How often do the boilers need an inspection?');
    const second = await say(anna, talk, 'An inspected boiler runs longer.', 'assistant');
    const found = await search(anna, 'q=boiler');
    expect(found.map(({ message_id }) => message_id)).toEqual([second, first]);
    expect(found[0]).toMatchObject({ conversation_id: talk, title: 'Heating' });
    expect(found[0]?.snippet).toBe('An inspected <mark>boiler</mark> runs longer.');
    expect(found[1]?.snippet).toContain('<mark>boilers</mark>');
    expect(await search(anna, 'q=boiler+longer')).toHaveLength(1);
    expect(await search(anna, 'q=boiler+submarine')).toEqual([]);
  });

  it('is found in German too', async () => {
    const talk = await conversation(anna);
    const id = await say(anna, talk, 'Wir haben die Verträge mit der Müllabfuhr gekündigt.');
    expect((await search(anna, `q=${encodeURIComponent('Vertrag Müllabfuhr')}`)).map((hit) => hit.message_id)).toEqual([
      id,
    ]);
  });

  it('is nobody else’s', async () => {
    await say(anna, await conversation(anna), 'The marmalade is secret.');
    const own = await say(ben, await conversation(ben), 'I like marmalade.');
    expect((await search(ben, 'q=marmalade')).map(({ message_id }) => message_id)).toEqual([own]);
    expect((await app.stranger().get('/api/conversations/search?q=marmalade')).status).toBe(401);
  });

  it('is shown without any markup of its own', async () => {
    const talk = await conversation(anna);
    await say(anna, talk, '<img src=x onerror=alert(1)> &lt;script&gt; "zeppelin" </mark><b>\'bold\'</b>');
    const [hit] = await search(anna, 'q=zeppelin');
    expect(hit?.snippet.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>"']/);
    expect(hit?.snippet).toContain('&quot;<mark>zeppelin</mark>&quot;');
    expect(hit?.snippet).toContain('&amp;lt;script');
  });

  it('follows what becomes of it: changed, deleted, or a whole conversation gone', async () => {
    const talk = await conversation(anna);
    const id = await say(anna, talk, 'A walrus sleeps.');
    await anna.patch(`/api/messages/${id}`, { content: 'A penguin sleeps.' });
    expect(await search(anna, 'q=walrus')).toEqual([]);
    expect(await search(anna, 'q=penguin')).toHaveLength(1);
    await anna.delete(`/api/messages/${id}`);
    expect(await search(anna, 'q=penguin')).toEqual([]);
    await say(anna, talk, 'A heron waits.');
    await anna.delete(`/api/conversations/${talk}`);
    expect(await search(anna, 'q=heron')).toEqual([]);
  });

  it('is narrowed by role, time, folder and archive', async () => {
    const folder = (await anna.post('/api/folders', { name: 'Birds' })).body.id as string;
    const talk = await conversation(anna);
    const asked = await say(anna, talk, 'Where do kingfishers live?');
    const told = await say(anna, talk, 'Kingfishers live by rivers.', 'assistant');
    const ids = async (more: string) => (await search(anna, `q=kingfisher${more}`)).map((hit) => hit.message_id);
    expect(await ids('')).toEqual([told, asked]);
    expect(await ids('&role=user')).toEqual([asked]);
    expect(await ids(`&folder=${folder}`)).toEqual([]);
    await anna.patch(`/api/conversations/${talk}`, { folder_id: folder, archived: true });
    expect(await ids(`&folder=${folder}`)).toHaveLength(2);
    expect(await ids('&archived=false')).toEqual([]);
    expect(await ids('&archived=true')).toHaveLength(2);
    expect(await ids('&from=2000-01-01&to=2000-12-31')).toEqual([]);
    expect(await ids('&from=2000-01-01')).toHaveLength(2);
    expect(await ids('&model=no/such')).toEqual([]);
  });

  it('comes page by page', async () => {
    const talk = await conversation(anna);
    for (let n = 0; n < 5; n += 1) await say(anna, talk, `Lighthouse number ${n}`);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await anna.get(`/api/conversations/search?q=lighthouse&limit=2${cursor}`);
      seen.push(...body.items.map((hit: { snippet: string }) => hit.snippet.replaceAll(/<\/?mark>/g, '')));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => `Lighthouse number ${n}`));
  });

  it('takes anything for words', async () => {
    for (const q of ["'; drop table messages; --", '" OR 1=1', '*', '+-<>()~', 'AND OR NOT', '"', '%', 'a'.repeat(500)])
      expect((await anna.get(`/api/conversations/search?q=${encodeURIComponent(q)}`)).status, q).toBe(200);
    for (const q of ['', '%20', 'a'.repeat(501)])
      expect((await anna.get(`/api/conversations/search?q=${q}`)).status).toBe(400);
  });

  it('is found from before there was an index, once the server has started again', async () => {
    const id = await say(anna, await conversation(anna), 'An old telegraph.');
    await database().db.deleteFrom('message_terms').where('message_id', '=', id).execute();
    expect(await search(anna, 'q=telegraph')).toEqual([]);
    await app.carrel.services.jobs.enqueue('chat-search.index', {});
    await expect.poll(async () => (await search(anna, 'q=telegraph')).length, { timeout: 20_000 }).toBe(1);

    // From then on each message brings its own: no start looks at all of them again.
    const repository = createChatSearchRepository(database().db, database().engine);
    await expect.poll(() => repository.isIndexed()).toBe(true);
    const enqueued: unknown[] = [];
    await startIndexing({ enqueue: (...job) => Promise.resolve(void enqueued.push(job)) }, repository);
    expect(enqueued).toEqual([]);
    await database().db.deleteFrom('settings').where('key', '=', 'messages_indexed').execute();
    await startIndexing({ enqueue: (...job) => Promise.resolve(void enqueued.push(job)) }, repository);
    expect(enqueued).toHaveLength(1);
  });
});
