import { describe, expect, it } from 'vitest';
import type { Passage } from '../../../../shared/api/passages.ts';
import type { LlmEvent, LlmMessage } from '../driver.ts';
import { createLibrarian } from './librarian.ts';

const passage = (text: string, page?: number, title = 'manual.pdf', score = 1): Passage => ({
  source: { kind: 'file', id: '0198c0de-0000-7000-8000-000000000000', title },
  ...(page !== undefined && { page }),
  text,
  score,
});
const warranty = passage(
  '8. Warranty\n\nThe maker grants a warranty of 36 months. It does not cover seals. Repairs take ten days.',
  12,
);
const pump = passage('Error E-204: The pump is hot. Let it cool for 45 minutes.', 9);
const setup = passage(
  'Setting up\n\nProceed as follows:\n\n1. Insert the filter.\n2. Fill the tank.\n3. Press the button.\n\nThe ring lights up green.',
  4,
);

async function events(
  messages: LlmMessage[],
  passages?: Passage[],
  signal = new AbortController().signal,
): Promise<LlmEvent[]> {
  const all: LlmEvent[] = [];
  for await (const event of createLibrarian().stream(
    { model: 'librarian', messages, ...(passages && { passages }) },
    signal,
  ))
    all.push(event);
  return all;
}

async function ask(
  question: string | string[],
  passages: Passage[] = [],
): Promise<{ text: string; sources: Passage[] }> {
  const messages = [question].flat().map((content): LlmMessage => ({ role: 'user', content }));
  const all = await events(messages, passages);
  return {
    text: all.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    sources: all.flatMap((event) => (event.type === 'sources' ? event.items : [])),
  };
}

describe('the Librarian', () => {
  it('lists one model', async () => {
    expect(await createLibrarian().listModels(new AbortController().signal)).toEqual([
      { name: 'librarian', kind: 'chat' },
    ]);
  });

  it('quotes the sentence with file, page and number', async () => {
    expect(await ask('How long is the warranty?', [pump, warranty])).toEqual({
      text: 'From *manual.pdf*, page 12:\n\n> The maker grants a warranty of 36 months. [1]',
      sources: [warranty],
    });
  });

  it('answers a question of two parts from two places, without calling that only close', async () => {
    const gas = passage('The regulator is set to 37 millibar for propane; the nozzle is exchanged with the gas.', 9);
    const fire = passage('Pull the yellow quenching lever only when flames are seen at the sight glass.', 6);
    const question = 'What pressure is the regulator set to for propane, and when do I pull the quenching lever?';
    const { text, sources } = await ask(question, [gas, fire]);
    expect(sources).toHaveLength(2);
    expect(text).toContain('37 millibar');
    expect(text).toContain('only when flames are seen');
    expect(text).not.toContain('closest');
  });

  it('does not quote a table of contents', async () => {
    const contents = passage('Warranty and its length . . . . . . . . . . . . 12 Setting up . . . . . . . . . 4', 2);
    expect((await ask('How long is the warranty?', [contents, warranty])).sources).toEqual([warranty]);
  });

  it('says sources before text, then usage, then that it has finished', async () => {
    const all = await events([{ role: 'user', content: 'How long is the warranty?' }], [warranty]);
    const types = all.map(({ type }) => type);
    expect(types[0]).toBe('sources');
    expect(types.slice(-2)).toEqual(['usage', 'finish']);
    expect(types.slice(1, -2).length).toBeGreaterThan(2);
    expect(new Set(types.slice(1, -2))).toEqual(new Set(['text']));
    const usage = all.find((event) => event.type === 'usage')?.usage;
    expect(usage?.prompt_tokens).toBe(5 + 19);
    expect(usage?.completion_tokens).toBe(14);
    expect(usage?.total_tokens).toBe(38);
  });

  it('numbers sources as they are quoted, whatever place they had', async () => {
    const unrelated = passage('Water is wet.', 1);
    const first = passage('The pump leaks at the seal.', 2);
    const second = passage('A pump seal is sold by the dealer near you.', 7, 'parts.pdf', 0.98);
    const { text, sources } = await ask('pump seal', [unrelated, first, second]);
    const cited = [...text.matchAll(/\[(\d)\]/g)].map(([, number]) => Number(number));
    expect(cited).toEqual(sources.map((_, at) => at + 1));
    expect(sources).toContain(first);
    expect(sources).not.toContain(unrelated);
  });

  it('keeps the sentence that is pointed back at', async () => {
    expect((await ask('What does it not cover?', [warranty])).text).toContain(
      '> The maker grants a warranty of 36 months. It does not cover seals. [1]',
    );
  });

  it('quotes a list whole, with what introduces it', async () => {
    expect((await ask('How do I set up the filter?', [setup])).text).toContain(
      '> Proceed as follows:\n>\n> 1. Insert the filter.\n> 2. Fill the tank.\n> 3. Press the button.',
    );
  });

  it('takes a short question together with the one before', async () => {
    const { text } = await ask(['Is there a warranty on the AquaPress?', 'And how long?'], [pump, warranty]);
    expect(text).toContain('36 months');
  });

  it('quotes the openings where it is asked for a summary, and says that it only quotes', async () => {
    const { text, sources } = await ask('Please summarise this', [setup, warranty]);
    expect(text).toMatch(/^I cannot summarise/);
    expect(sources).toEqual([setup, warranty]);
  });

  it('says plainly that nothing answers, where it looked and what to try; without sources', async () => {
    const { text, sources } = await ask('Who composed the opera Carmen?', [warranty, pump]);
    expect(text).toMatch(/^Nothing in the passages that I looked at \(in \*manual\.pdf\*\) answers this\./);
    expect(text).toMatch(/connect a language model/);
    expect(sources).toEqual([]);
  });

  it('says what is true with files and without where there are no passages', async () => {
    const { text, sources } = await ask('How long is the warranty?');
    expect(text).toMatch(/^I found nothing in your files that answers this\./);
    expect(text).toMatch(/drop a PDF/);
    expect(sources).toEqual([]);
  });

  it.each(['Who are you?', 'help', 'Are you a language model?', 'What can you do?'])(
    'says what it is: %s',
    async (question) => {
      const { text, sources } = await ask(question, [warranty]);
      expect(text).toMatch(/not a language model/);
      expect(sources).toEqual([]);
    },
  );

  it('greets', async () => {
    expect((await ask('Hello!')).text).toMatch(/^Hello\. I am the Librarian/);
    expect((await ask('Guten Tag')).text).toMatch(/^Guten Tag\. Ich bin/);
    expect((await ask('Danke')).text).toMatch(/^Gern/);
  });

  it('answers German in German', async () => {
    const kaution = passage('§ 4 Kaution\n\nDer Mieter zahlt eine Kaution von 900 Euro.', 2, 'mietvertrag.pdf');
    expect((await ask('Wie hoch ist die Kaution?', [kaution])).text).toBe(
      'Aus *mietvertrag.pdf*, Seite 2:\n\n> Der Mieter zahlt eine Kaution von 900 Euro. [1]',
    );
    expect((await ask('Wer hat die Oper Carmen komponiert?', [kaution])).text).toMatch(/^In den Stellen/);
    expect((await ask('Was kannst du?')).text).toMatch(/kein Sprachmodell/);
  });

  it('lets nothing in a document become markup or a citation', async () => {
    const evil = passage(
      'The warranty [7] is ![x](http://evil.example/p) <img src=x> $1 and $2 `code` *now*.',
      1,
      'a*b_[1].pdf',
    );
    const { text } = await ask('warranty', [evil]);
    expect(text).toContain(
      String.raw`The warranty \[7\] is !\[x\](http://evil.example/p) \<img src=x\> \$1 and \$2 \`code\` \*now\*. [1]`.replace(
        '!\\[',
        '\\!\\[',
      ),
    );
    expect(text).toContain(String.raw`*a\*b\_\[1\].pdf*`);
  });

  it('does not follow what a document says, nor repeat itself', async () => {
    const same = passage('The maker grants a warranty of 36 months.', 3, 'copy.pdf');
    const { text } = await ask('How long is the warranty?', [warranty, same]);
    expect(text.match(/36 months/g)).toHaveLength(1);
  });

  it('gives the same answer again', async () => {
    expect(await ask('How do I set up the filter?', [setup, pump])).toEqual(
      await ask('How do I set up the filter?', [setup, pump]),
    );
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const stream = createLibrarian().stream(
      { model: 'librarian', messages: [{ role: 'user', content: 'help' }] },
      stop.signal,
    );
    const reason = new Error('stopped');
    await expect(async () => {
      for await (const event of stream) if (event.type === 'text') stop.abort(reason);
    }).rejects.toBe(reason);
  });

  it.each(['', ' ', '?', '🙂', '((('.repeat(5_000), 'word '.repeat(20_000), '水水水'])(
    'answers anything: %#',
    async (question) => {
      expect((await ask(question, [warranty])).text.length).toBeGreaterThan(20);
    },
  );
});
