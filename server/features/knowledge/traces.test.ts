import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerTrace } from '../../../shared/api/traces.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, SeenEvent } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

const words = (of: string, count: number): string => Array.from({ length: count }, (_, at) => `${of}${at}`).join(' ');
/** Passages of a file that only their first word tells apart. */
const book = ['lighthouse', 'pierhead', 'breakwater', 'boathouse']
  .map((name) => `# Of the ${name}\n\nThe ${name} is painted. ${words(name, 110)}.`)
  .join('\n\n');

describe('how the passages of an answer were found', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  let file: { id: string };

  beforeAll(async () => {
    llm = await createFakeLlm();
    app = await createTestApp({
      env: {
        OPENAI_BASE_URL: `${llm.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        DEFAULT_AI_PROVIDER: 'openai',
        WHOLE_FILES_TOKENS: '0',
      },
    });
    anna = await app.person('anna');
    ben = await app.person('ben');
    file = await anna.uploadAndWait('harbour.md', book, 'text/markdown');
  });
  afterAll(async () => {
    await app.close();
    await llm.close();
  });

  const answerOf = (events: readonly SeenEvent[]): string => {
    const [meta] = events;
    if (meta?.event !== 'meta') throw new Error('no meta');
    return meta.data.message_id;
  };
  const traceOf = async (who: Client, body: { content: string } & Record<string, unknown>) => {
    const events = await who.chat(body);
    const id = answerOf(events);
    const sources = events.flatMap((event) => (event.event === 'sources' ? event.data.items : []));
    const { status, body: trace } = await who.get(`/api/messages/${id}/trace`);
    return { id, status, sources, trace: trace as AnswerTrace };
  };

  it('is kept with the answer: what was looked for, its ranks, and what it takes of the budget', async () => {
    const { trace, sources } = await traceOf(anna, { content: 'Is the pierhead painted?', file_ids: [file.id] });
    expect(trace).toMatchObject({ way: 'search', by_meaning: false, web: 0, question: 'Is the pierhead painted?' });
    expect(trace.terms).toContain('pierhead');
    expect(trace.items[0]).toMatchObject({ file_id: file.id, title: 'harbour.md', by_words: 1, by_meaning: null });
    expect(trace.items[0]?.text).toContain('pierhead');
    expect(trace.items.filter(({ outcome }) => outcome === 'given' || outcome === 'neighbour')).toHaveLength(
      sources.length,
    );
    const taken = trace.items.filter(({ outcome }) => outcome === 'given' || outcome === 'neighbour');
    expect(taken.every(({ tokens }) => (tokens ?? 0) > 100)).toBe(true);
    expect(trace.budget?.used).toBeGreaterThan(taken.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0));
    expect(trace.budget?.used).toBeLessThanOrEqual(trace.budget?.limit ?? 0);
  });

  it('puts what stands before and after the best passages beside them, once', async () => {
    const { trace, sources } = await traceOf(anna, { content: 'What about breakwater7?', file_ids: [file.id] });
    expect(sources[0]?.text).toContain('breakwater7 ');
    const neighbours = trace.items.filter(({ outcome }) => outcome === 'neighbour').map(({ ordinal }) => ordinal);
    const at = trace.items[0]?.ordinal ?? 0;
    expect(neighbours.toSorted((a, b) => a - b)).toEqual([at - 1, at + 1]);
    expect(new Set(sources.map(({ text }) => text)).size).toBe(sources.length);
  });

  it('tells what was the same text as another, and what there was no room for', async () => {
    const copy = await anna.uploadAndWait('copy.md', book, 'text/markdown');
    const long = await anna.uploadAndWait(
      // A passage never takes more than its share, so that it is the long name that leaves no room.
      `${'0123456789'.repeat(12)}.md`,
      Array.from(
        { length: 9 },
        (_, at) => `# Tower ${at}\n\nThe tower. ${words(`${'very'.repeat(20)}long${at}x`, 12)}`,
      ).join('\n\n'),
      'text/markdown',
    );
    const twice = await traceOf(anna, { content: 'Is the pierhead painted?', file_ids: [file.id, copy.id] });
    expect(twice.trace.items.map(({ outcome }) => outcome)).toContain('copy');
    const full = await traceOf(anna, { content: 'Which tower?', file_ids: [long.id] });
    expect(full.trace.items.map(({ outcome }) => outcome)).toContain('budget');
    expect(full.trace.items.filter(({ outcome }) => outcome === 'given')).toHaveLength(full.sources.length);
    await anna.delete(`/api/files/${copy.id}`);
    const later = (await anna.get(`/api/messages/${twice.id}/trace`)).body as AnswerTrace;
    expect(later.items.filter(({ file_id }) => file_id === copy.id).every(({ title, text }) => !title && !text)).toBe(
      true,
    );
  });

  it('has no budget for the Librarian, and says where nothing was found', async () => {
    const { trace } = await traceOf(anna, { content: 'Is the pierhead painted?', model: 'librarian/librarian' });
    expect(trace.budget).toBeNull();
    const none = await traceOf(anna, { content: 'Which emperor built Segovia?', model: 'librarian/librarian' });
    expect(none.trace.items.filter(({ outcome }) => outcome === 'given')).toEqual([]);
  });

  it('is not there where nothing was searched, nor for anybody else', async () => {
    expect((await traceOf(anna, { content: 'Hello' })).status).toBe(404);
    const { id } = await traceOf(anna, { content: 'Is the pierhead painted?', file_ids: [file.id] });
    expect((await ben.get(`/api/messages/${id}/trace`)).body.code).toBe('MESSAGE_NOT_FOUND');
    expect((await app.stranger().get(`/api/messages/${id}/trace`)).status).toBe(401);
  });

  it('shows nothing any more of a file whose share was taken back', async () => {
    const collection = (await anna.post('/api/collections', { name: 'Harbour' })).body.id as string;
    await anna.post(`/api/collections/${collection}/sources`, { file_id: file.id });
    const benId = (await ben.get('/api/users/me')).body.id as string;
    await anna.put(`/api/collections/${collection}/shares`, { user_id: benId, access: 'read' });
    const { id, trace } = await traceOf(ben, { content: 'Is the pierhead painted?', collection_ids: [collection] });
    expect(trace.items[0]?.title).toBe('harbour.md');
    await anna.call('DELETE', `/api/collections/${collection}/shares`, { user_id: benId });
    const after = (await ben.get(`/api/messages/${id}/trace`)).body as AnswerTrace;
    expect(after.items.length).toBeGreaterThan(0);
    expect(after.items.every(({ title, text }) => title === null && text === null)).toBe(true);
  });

  it('is asked again where the answer was rated down, and compared with what is found now', async () => {
    const cleo = await app.person('cleo');
    const own = await cleo.uploadAndWait('own.md', book, 'text/markdown');
    const { id } = await traceOf(cleo, { content: 'Is the boathouse painted?', model: 'librarian/librarian' });
    expect((await cleo.post('/api/saved-questions/check')).body.items).toEqual([]);
    await cleo.post('/api/feedback', { message_id: id, rating: 'down' });
    const check = async () => (await cleo.post('/api/saved-questions/check')).body.items;
    const [same] = await check();
    expect(same).toMatchObject({ message_id: id, question: 'Is the boathouse painted?', came: 0, same_best: true });
    expect(same.still).toBe(same.before);
    expect((await ben.post('/api/saved-questions/check')).body.items).toEqual([]);

    await cleo.delete(`/api/files/${own.id}`);
    expect((await check())[0]).toMatchObject({ before: same.before, still: 0, came: 0, same_best: false });
    const summary = await anna.post('/api/admin/saved-questions/check');
    expect(summary.body).toMatchObject({ questions: 1, lost: 1, unchanged: 0 });
    expect(JSON.stringify(summary.body)).not.toContain('boathouse');
    expect((await cleo.post('/api/admin/saved-questions/check')).status).toBe(403);
    await cleo.post('/api/feedback', { message_id: id, rating: 'up' });
    expect(await check()).toEqual([]);
  });
});
