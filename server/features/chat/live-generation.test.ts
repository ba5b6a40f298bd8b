import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../shared/stream.ts';
import { frameOf } from './frames.ts';
import { createLiveGeneration } from './live-generation.ts';

const ids = {
  id: 'g',
  userId: 'u',
  conversationId: 'c',
  messageId: 'm',
  isFirst: true,
  question: { content: 'q', parentId: null },
};
const delta = (text: string): ChatEvent => ({ event: 'delta', data: { text } });
const done: ChatEvent = { event: 'done', data: { finish_reason: 'stop', usage: null } };

describe('a live generation', () => {
  it('tells listeners once for all events of one turn', async () => {
    const live = createLiveGeneration(ids);
    let told = 0;
    live.listen(() => (told += 1));
    live.emit(delta('a'));
    live.emit(delta('b'));
    await turn();
    expect(told).toBe(1);
    expect(live.textAfter(0)).toBe(frameOf(1, delta('a')) + frameOf(2, delta('b')));
    expect(live.written.content).toBe('ab');
  });

  it('shows its end only once that is stored', async () => {
    const live = createLiveGeneration(ids);
    live.emit(delta('a'));
    live.seal(done);
    expect(live.textAfter(0)).toBe(frameOf(1, delta('a')));
    expect(live.takeUnsaved()).toEqual({ firstSeq: 1, lastSeq: 2, frames: frameOf(1, delta('a')) + frameOf(2, done) });
    live.close(true);
    expect(live.textAfter(1)).toBe(frameOf(2, done));
    expect(live.textAfter(0)).toBe(frameOf(1, delta('a')) + frameOf(2, done));
  });

  it('gives what could not be saved again, in order and with what came since', () => {
    const live = createLiveGeneration(ids);
    live.emit(delta('a\n\nb'));
    live.emit(delta('c'));
    const taken = live.takeUnsaved();
    live.emit(delta('d'));
    if (taken) live.putBack(taken);
    const again = live.takeUnsaved();
    expect(again).toMatchObject({ firstSeq: 1, lastSeq: 3 });
    expect(again?.frames).toBe(live.textAfter(0));
    expect(live.takeUnsaved()).toBeNull();
  });

  it('replays from the beginning for an id past its end', () => {
    const live = createLiveGeneration(ids);
    live.emit(delta('a'));
    expect(live.textAfter(7)).toBe(frameOf(1, delta('a')));
    expect(live.textAfter(1)).toBe('');
  });

  it('is read from any event, whether that was saved or not', () => {
    const live = createLiveGeneration(ids);
    const all = ['a', 'b', 'c', 'd', 'e'].map((text, at) => frameOf(at + 1, delta(text)));
    for (const text of ['a', 'b']) live.emit(delta(text));
    live.takeUnsaved();
    for (const text of ['c', 'd']) live.emit(delta(text));
    live.takeUnsaved();
    live.emit(delta('e'));
    for (const after of [0, 1, 2, 3, 4, 5]) expect(live.textAfter(after)).toBe(all.slice(after).join(''));
    expect(live.lastSeq).toBe(5);
  });

  it('gives its end again where that could not be saved', () => {
    const live = createLiveGeneration(ids);
    live.emit(delta('a'));
    live.takeUnsaved();
    live.seal(done);
    const last = live.takeUnsaved();
    expect(last).toEqual({ firstSeq: 2, lastSeq: 2, frames: frameOf(2, done) });
    expect(live.takeUnsaved()).toBeNull();
    if (last) live.putBack(last);
    expect(live.takeUnsaved()).toEqual(last);
  });
});
