import { describe, expect, it } from 'vitest';
import { answerEvents, type Tell } from './answer-events.ts';
import type { LlmEvent } from './driver.ts';

const text = (words: string): LlmEvent => ({ type: 'text', text: words });
const thought = (words: string): LlmEvent => ({ type: 'reasoning', text: words });
const finish: LlmEvent = { type: 'finish', reason: 'stop' };

type Message = LlmEvent | 'end' | Error;

/** An answer that comes in these batches, and what became of its connection. */
function answer(batches: readonly (readonly Message[])[]) {
  const seen = { left: false, asked: 0 };
  async function* source(): AsyncGenerator<readonly Message[]> {
    try {
      for (const batch of batches) {
        seen.asked += 1;
        yield await Promise.resolve(batch);
      }
    } finally {
      seen.left = true;
    }
  }
  const events = answerEvents<Message>({
    open: () => Promise.resolve(source()),
    take(message, tell: Tell) {
      if (message instanceof Error) throw message;
      if (message === 'end') return true;
      tell({ ...message });
      return false;
    },
    end: (tell) => tell(finish),
  });
  return { seen, events };
}

async function all(events: AsyncIterable<LlmEvent>): Promise<(LlmEvent | string)[]> {
  const heard: (LlmEvent | string)[] = [];
  try {
    for await (const event of events) heard.push(event);
  } catch (error) {
    heard.push(String(error));
  }
  return heard;
}

describe('the events of an answer', () => {
  it('join the words that come together, as long as they are of one kind', async () => {
    const call: LlmEvent = { type: 'tool_call', index: 0, id: 'a', name: 'search' };
    const { events } = answer([
      [thought('Let '), thought('me'), text('Th'), text('is')],
      [text(' is'), call, text('it')],
    ]);
    expect(await all(events)).toEqual([thought('Let me'), text('This'), text(' is'), call, text('it'), finish]);
  });

  it('end where the answer says so, and the rest is left', async () => {
    const { events, seen } = answer([[text('so'), 'end', text('more')], [text('never')]]);
    expect(await all(events)).toEqual([text('so'), finish]);
    expect(seen).toEqual({ left: true, asked: 1 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('tell what came before an error, once', async () => {
    const { events, seen } = answer([[], [text('so '), text('far'), new Error('gone')], [text('never')]]);
    expect(await all(events)).toEqual([text('so far'), 'Error: gone']);
    expect(seen).toEqual({ left: true, asked: 2 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('give up the connection of a reader that leaves', async () => {
    const { events, seen } = answer([[text('a')], [text('b')]]);
    for await (const event of events) {
      expect(event).toEqual(text('a'));
      break;
    }
    expect(seen).toEqual({ left: true, asked: 1 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('fail where the server could not be asked', async () => {
    const events = answerEvents({
      open: () => Promise.reject(new Error('nobody there')),
      take: () => true,
      end: () => undefined,
    });
    expect(await all(events)).toEqual(['Error: nobody there']);
  });
});
