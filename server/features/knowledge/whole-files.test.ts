import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerTrace } from '../../../shared/api/traces.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

const words = (of: string, count: number): string => Array.from({ length: count }, (_, at) => `${of}${at}`).join(' ');
const chapters = (names: readonly string[]): string =>
  names.map((name) => `# Of the ${name}\n\nThe ${name} is painted. ${words(name, 110)}.`).join('\n\n');
const short = chapters(['lighthouse', 'pierhead', 'breakwater', 'boathouse', 'dry dock']);
const long = chapters(Array.from({ length: 60 }, (_, at) => `quay${at}`));

describe('files that fit as a whole', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let file: { id: string };
  let book: { id: string };

  beforeAll(async () => {
    llm = await createFakeLlm();
    app = await createTestApp({
      env: { OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: 'sk-test', DEFAULT_AI_PROVIDER: 'openai' },
    });
    anna = await app.person('anna');
    file = await anna.uploadAndWait('harbour.md', short, 'text/markdown');
    book = await anna.uploadAndWait('book.md', long, 'text/markdown');
  });
  afterAll(async () => {
    await app.close();
    await llm.close();
  });

  const ask = async (body: { content: string } & Record<string, unknown>) => {
    const events = await anna.chat({ model: 'openai/gpt-4o', ...body });
    const [meta] = events;
    if (meta?.event !== 'meta') throw new Error('no meta');
    const sources = events.flatMap((event) => (event.event === 'sources' ? event.data.items : []));
    const trace = (await anna.get(`/api/messages/${meta.data.message_id}/trace`)).body as AnswerTrace;
    return { sources, trace, prompt: JSON.stringify(llm.requests.at(-1)?.body) };
  };

  it('go before the model with all they say, what answers first, each passage to be cited', async () => {
    const { sources, trace, prompt } = await ask({ content: 'Is the breakwater painted?', file_ids: [file.id] });
    const { items } = (await anna.get(`/api/files/${file.id}/passages`)).body;
    expect(sources.map(({ text }) => text).toSorted()).toEqual(
      items.map(({ text }: { text: string }) => text).toSorted(),
    );
    expect(sources[0]?.text).toContain('breakwater');
    for (const end of ['lighthouse109', 'boathouse109', 'dock109']) expect(prompt).toContain(end);
    expect(prompt).not.toContain('left out');
    expect(trace).toMatchObject({ way: 'whole', web: 0 });
    expect(trace.items).toHaveLength(sources.length);
    expect(trace.items.every(({ outcome }) => outcome === 'given')).toBe(true);
    expect(trace.items[0]).toMatchObject({ by_words: 1 });
    expect(trace.budget?.used).toBeLessThanOrEqual(trace.budget?.limit ?? 0);
  });

  it('go as a collection too', async () => {
    const { id } = (await anna.post('/api/collections', { name: 'Harbour' })).body;
    await anna.post(`/api/collections/${id}/sources`, { file_id: file.id });
    const { trace } = await ask({ content: 'Is the breakwater painted?', collection_ids: [id] });
    expect(trace.way).toBe('whole');
  });

  it('are searched where they do not fit: never a part of them in silence', async () => {
    const { trace, sources } = await ask({ content: 'Is quay31 painted?', file_ids: [book.id] });
    expect(trace.way).toBe('search');
    expect(sources[0]?.text).toContain('quay31');
    expect((await ask({ content: 'Is quay31 painted?', file_ids: [book.id, file.id] })).trace.way).toBe('search');
  });

  it('are searched where an admin wants it so', async () => {
    await anna.patch('/api/settings/finding', { whole_files_tokens: 0 });
    expect((await ask({ content: 'Is the breakwater painted?', file_ids: [file.id] })).trace.way).toBe('search');
    await anna.patch('/api/settings/finding', { whole_files_tokens: null });
    expect((await ask({ content: 'Is the breakwater painted?', file_ids: [file.id] })).trace.way).toBe('whole');
  });
});
