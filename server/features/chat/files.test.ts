import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Passage } from '../../../shared/api/passages.ts';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { textOf, type Client, type SeenEvent } from '../../../test/client.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import { manualPages, manualQuestions } from '../../../test/fixtures/manual.ts';
import { brokenPdf, encryptedPdf, makePdf } from '../../../test/fixtures/pdf.ts';

let llm: FakeLlm;
let app: TestApp;
let anna: Client;
let pdf: Buffer;
let manual: { id: string };

beforeAll(async () => {
  ({ app, llm } = await createTestChat());
  anna = await app.person('anna');
  pdf = await makePdf({ pages: manualPages });
  manual = await anna.uploadAndWait('roaster.pdf', pdf);
});
afterAll(() => app.close());
beforeEach(() => llm.script({}));

const sentMessages = () => (llm.requests.at(-1)?.body['messages'] ?? []) as { role: string; content: string }[];

const sourcesIn = (events: readonly SeenEvent[]): Passage[] =>
  events.flatMap((event) => (event.event === 'sources' ? event.data.items : []));
const first = (events: readonly SeenEvent[]) => {
  const [meta] = events;
  if (meta?.event !== 'meta') throw new Error('no meta');
  return meta.data;
};

describe('a model asked about a file', () => {
  it('gets the passages that matter and the answer carries them as sources', async () => {
    const events = await anna.chat({
      content: 'How many kilowatts does the burner give at full flame?',
      file_ids: [manual.id],
    });
    expect(events.map(({ event }) => event)).toContain('sources');
    const at = events.findIndex(({ event }) => event === 'sources');
    expect(at).toBeLessThan(events.findIndex(({ event }) => event === 'delta'));
    const [best] = sourcesIn(events);
    expect(best).toMatchObject({
      source: { kind: 'file', id: manual.id, title: 'roaster.pdf' },
      page: 4,
      text: expect.stringContaining('21 kilowatts'),
    });
    const messages = sentMessages();
    expect(messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('The burner gives 21 kilowatts at full flame.'),
    });
    const stored = (await anna.get(`/api/messages/${first(events).message_id}`)).body;
    expect(stored.sources).toEqual(sourcesIn(events));
    const question = (await anna.get(`/api/messages/${first(events).user_message_id}`)).body;
    expect(question.parts).toEqual([{ type: 'file', file_id: manual.id, filename: 'roaster.pdf' }]);
  });

  it('keeps the file in mind for what is asked next', async () => {
    const { conversation_id } = first(await anna.chat({ content: 'What is this manual for?', file_ids: [manual.id] }));
    const events = await anna.chat({ content: 'At which pressure is the regulator set for propane?', conversation_id });
    expect(sourcesIn(events)[0]?.text).toContain('37 millibar for propane');
  });

  it('waits for a file that is still being read', async () => {
    const { body } = await anna.upload(
      'later.md',
      '# Harbour\n\nThe ferry to Lindos leaves from pier nineteen at dawn.',
    );
    expect(body.status).not.toBe('ready');
    const events = await anna.chat({ content: 'Where does the ferry to Lindos leave?', file_ids: [body.id] });
    expect(sourcesIn(events)[0]?.text).toContain('pier nineteen');
  });

  it.each([
    ['broken.pdf', () => brokenPdf()],
    ['secret.pdf', () => encryptedPdf()],
  ])('says so when it could not be read: %s', async (name, make) => {
    const file = await anna.uploadAndWait(name, make());
    expect(file).toMatchObject({ status: 'failed', status_detail: expect.any(String) });
    const events = await anna.chat({ content: 'What is in it?', file_ids: [file.id] });
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'FILE_UNREADABLE', message: expect.stringContaining(name) },
    });
  });

  it('never sees what belongs to somebody else', async () => {
    const ben = await app.person();
    const before = llm.requests.length;
    expect(await ben.post('/api/chat/stream', { content: 'Tell me', file_ids: [manual.id] })).toMatchObject({
      status: 404,
      body: { code: 'FILE_NOT_FOUND' },
    });
    expect(llm.requests).toHaveLength(before);
    const events = await ben.chat({
      content: 'How many kilowatts does the burner give?',
      model: 'librarian/librarian',
    });
    expect(sourcesIn(events)).toEqual([]);
    expect((await ben.post('/api/search', { q: 'kilowatts burner' })).body.items).toEqual([]);
  });
});

describe('the Librarian', () => {
  const ask = (content: string, more: Record<string, unknown> = {}) =>
    anna.chat({ content, model: 'librarian/librarian', ...more });

  it('answers from everything the person has, with page and passage', async () => {
    let right = 0;
    for (const { question, page, answer } of manualQuestions) {
      const events = await ask(question);
      if (sourcesIn(events).some((source) => source.page === page) && textOf(events).includes(answer)) right += 1;
    }
    expect(right / manualQuestions.length).toBeGreaterThanOrEqual(0.9);
  });

  it('numbers its sources as its text does', async () => {
    const events = await ask('What is the diameter of the flue?', { file_ids: [manual.id] });
    const markers = [...textOf(events).matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number));
    expect(Math.max(...markers)).toBe(sourcesIn(events).length);
    expect(textOf(events)).toContain('150 millimetres');
  });

  it('says plainly when there is nothing', async () => {
    const events = await ask('Which emperor built the aqueduct of Segovia?');
    expect(sourcesIn(events)).toEqual([]);
    expect(events.at(-1)?.event).toBe('done');
    expect(textOf(events)).toMatch(/nothing/i);
  });
});
