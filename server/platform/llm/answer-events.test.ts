import { describe, expect, it } from 'vitest';
import { answerEvents } from './answer-events.ts';
import type { LlmEvent, Tell } from './driver.ts';
import type { Pieces } from './exchange.ts';

const text = (words: string): LlmEvent => ({ type: 'text', text: words });
const thought = (words: string): LlmEvent => ({ type: 'reasoning', text: words });
const finish: LlmEvent = { type: 'finish', reason: 'stop' };
const call: LlmEvent = { type: 'tool_call', index: 0, id: 'a', name: 'search' };

type Message = LlmEvent | 'end' | Error;

/** An answer whose messages come together as these batches do, one after the other as they are asked for, and what became of its connection. */
function answer(batches: readonly (readonly Message[])[]) {
  const seen = { left: false, asked: 0, pauses: 0 };
  let waiting = Promise.resolve();
  let resume = (): void => undefined;
  const pieces: Pieces = {
    listen(listener) {
      void (async () => {
        for (const batch of batches) {
          await waiting;
          if (seen.left) return;
          seen.asked += 1;
          if (!listener.piece(Buffer.from(JSON.stringify(batch.map((one) => (one instanceof Error ? null : one)))))) {
            seen.pauses += 1;
            waiting = new Promise((resolve) => (resume = resolve));
          }
          await new Promise(setImmediate);
        }
        if (!seen.left) listener.end();
      })();
    },
    resume: () => resume(),
    leave: () => void (seen.left = true),
  };
  const events = answerEvents<Message | null>({
    open: () =>
      Promise.resolve({
        pieces,
        framing: (give) => ({
          feed: (bytes) => (JSON.parse(bytes.toString()) as (Message | null)[]).forEach(give),
          end: () => undefined,
        }),
      }),
    take(message, tell: Tell) {
      if (message === null) throw new Error('gone');
      if (message === 'end') return true;
      if (!(message instanceof Error)) tell(message);
      return false;
    },
    end: (tell) => tell(finish),
  });
  return { seen, events };
}

type Events = ReturnType<typeof answer>['events'];

/** Everything that came, and the error that ended it. */
async function heardBy(way: (events: Events, hear: Tell) => Promise<unknown>, events: Events) {
  const heard: (LlmEvent | string)[] = [];
  try {
    await way(events, (event) => void heard.push({ ...event }));
  } catch (error) {
    heard.push(String(error));
  }
  return heard;
}

const ways = {
  iterated: async (events: Events, hear: Tell) => {
    for await (const event of events) hear(event);
  },
  told: (events: Events, hear: Tell) => events.tell(hear),
  'told after the first': async (events: Events, hear: Tell) => {
    const first = await events.next();
    if (!first.done) hear(first.value);
    await events.tell(hear);
  },
};

describe.each(Object.entries(ways))('the events of an answer, %s', (_name, way) => {
  it('join the words that come together, as long as they are of one kind', async () => {
    const { events } = answer([
      [thought('Let '), thought('me'), text('Th'), text('is')],
      [text(' is'), call, text('it')],
    ]);
    expect(await heardBy(way, events)).toEqual([
      thought('Let me'),
      text('This'),
      text(' is'),
      call,
      text('it'),
      finish,
    ]);
  });

  it('end where the answer says so, and the rest is left', async () => {
    const { events, seen } = answer([[text('so'), 'end', text('more')], [text('never')]]);
    expect(await heardBy(way, events)).toEqual([text('so'), finish]);
    expect(seen).toMatchObject({ left: true, asked: 1 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('tell what came before an error, once', async () => {
    const { events, seen } = answer([[], [text('so '), text('far'), new Error('gone')], [text('never')]]);
    expect(await heardBy(way, events)).toEqual([text('so far'), 'Error: gone']);
    expect(seen).toMatchObject({ left: true, asked: 2 });
  });

  it('fail where the server could not be asked', async () => {
    const events = answerEvents({
      open: () => Promise.reject(new Error('nobody there')),
      take: () => true,
      end: () => undefined,
    });
    expect(await heardBy(way, events)).toEqual(['Error: nobody there']);
  });
});

describe('the events of an answer', () => {
  it('give up the connection of a reader that leaves', async () => {
    const { events, seen } = answer([[text('a')], [text('b')]]);
    for await (const event of events) {
      expect(event).toEqual(text('a'));
      break;
    }
    expect(seen).toMatchObject({ left: true, asked: 1 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('give up the connection of a listener that fails', async () => {
    const { events, seen } = answer([[text('a')], [text('b')]]);
    const telling = events.tell(() => {
      throw new Error('no room');
    });
    await expect(telling).rejects.toThrow('no room');
    expect(seen).toMatchObject({ left: true, asked: 1 });
  });

  it('come no faster than a reader takes them', async () => {
    const much = 'x'.repeat(300_000);
    const { events, seen } = answer([[text(much)], [call, text(much)], [text('and so on')]]);
    await events.next();
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    expect(seen).toMatchObject({ asked: 2, pauses: 1 });
    const rest = await heardBy(ways.iterated, events);
    expect(rest.at(-1)).toEqual(finish);
    expect(seen).toMatchObject({ asked: 3, left: true });
  });
});
