import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Citation } from '../../../shared/api/citations.ts';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import type { Client, SeenEvent } from '../../../test/client.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import { manualPages } from '../../../test/fixtures/manual.ts';
import { makePdf } from '../../../test/fixtures/pdf.ts';

const question = 'How many kilowatts does the burner give at full flame?';
const burner = 'The burner gives 21 kilowatts at full flame.';

describe('what an answer gives as its sources’ words', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let manual: { id: string };

  beforeAll(async () => {
    ({ app, llm } = await createTestChat());
    anna = await app.person('anna');
    manual = await anna.uploadAndWait('roaster.pdf', await makePdf({ pages: manualPages }));
  });
  afterAll(() => app.close());

  const citationsIn = (events: readonly SeenEvent[]): Citation[] =>
    events.flatMap((event) => (event.event === 'citations' ? event.data.items : []));
  const answered = async (text: string) => {
    llm.script({ text: [text] });
    const events = await anna.chat({ content: question, file_ids: [manual.id] });
    const [meta] = events;
    if (meta?.event !== 'meta') throw new Error('no meta');
    const path = `/api/messages/${meta.data.message_id}`;
    return { events, citations: citationsIn(events), path, message: (await anna.get(path)).body };
  };

  it('is found there, with its page and its place on it, and kept with the answer', async () => {
    const { events, citations, message } = await answered(
      `The manual says “the burner gives 21 kilowatts at full flame” [1].`,
    );
    expect(citations).toEqual([
      {
        number: 1,
        page: 4,
        boxes: expect.any(Array),
        quotes: [
          { text: burner, found: true, start: expect.any(Number), end: expect.any(Number), boxes: expect.any(Array) },
        ],
        unproven: [],
      },
    ]);
    const [citation] = citations;
    const [quote] = citation?.quotes ?? [];
    expect(message.sources[0].text.slice(quote?.start, quote?.end)).toBe(burner);
    expect(quote?.boxes.length).toBeGreaterThan(0);
    expect(citation?.boxes.length).toBeGreaterThanOrEqual(quote?.boxes.length ?? 0);
    expect(message.parts).toEqual([{ type: 'citations', items: citations }]);
    expect(events.at(-2)?.event).toBe('citations');
    expect(events.at(-1)?.event).toBe('done');
  });

  it('is said to be missing where it does not stand there', async () => {
    const text = 'It says “the burner gives 35 kilowatts at full flame” [1].';
    const { citations } = await answered(text);
    expect(citations[0]).toMatchObject({
      quotes: [{ text: 'the burner gives 35 kilowatts at full flame', found: false, start: null, boxes: [] }],
      unproven: [text.indexOf('[1]')],
    });
  });

  it('is nothing where the answer has it in its own words: the passage alone is shown', async () => {
    const { citations } = await answered('Something over twenty kilowatts [1], and [99] knows more.');
    expect(citations).toEqual([{ number: 1, page: 4, boxes: expect.any(Array), quotes: [], unproven: [] }]);
    expect(citations[0]?.boxes.length).toBeGreaterThan(0);
  });

  it('says nothing any more about an answer whose words were changed', async () => {
    const { path } = await answered(`It says “${burner}” [1].`);
    expect((await anna.patch(path, { content: 'It says nothing [1].' })).body.parts).toEqual([]);
    expect((await anna.get(path)).body.parts).toEqual([]);
  });

  it('is found in what the Librarian quotes', async () => {
    const events = await anna.chat({ content: question, model: 'librarian/librarian', file_ids: [manual.id] });
    const citations = citationsIn(events);
    expect(citations.length).toBeGreaterThan(0);
    expect(citations.flatMap(({ unproven }) => unproven)).toEqual([]);
    expect(citations[0]?.quotes.every(({ found, boxes }) => found && boxes.length > 0)).toBe(true);
  });

  it('has the place of each passage where one page of the file is asked for', async () => {
    const { items } = (await anna.get(`/api/files/${manual.id}/passages?page=4`)).body;
    expect(items[0].boxes[0]).toHaveLength(4);
    const all = (await anna.get(`/api/files/${manual.id}/passages`)).body.items;
    expect(all[0]).not.toHaveProperty('boxes');
  });
});
