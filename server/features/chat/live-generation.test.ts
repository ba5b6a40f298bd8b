import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../shared/stream.ts';
import { frameOf } from './frames.ts';
import { createLiveGeneration } from './live-generation.ts';

const ids = { id: 'g', userId: 'u', conversationId: 'c', messageId: 'm', question: { content: 'q', parentId: null } };
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
    expect(live.framesAfter(0)).toEqual([frameOf(1, delta('a')), frameOf(2, delta('b'))]);
    expect(live.written.content).toBe('ab');
  });

  it('shows its end only once that is stored', async () => {
    const live = createLiveGeneration(ids);
    live.emit(delta('a'));
    live.seal(done);
    expect(live.framesAfter(0)).toHaveLength(1);
    expect(live.takeUnsaved()).toEqual({ firstSeq: 1, lastSeq: 2, frames: frameOf(1, delta('a')) + frameOf(2, done) });
    live.close(true);
    expect(live.framesAfter(1)).toEqual([frameOf(2, done)]);
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
    expect(again?.frames).toBe(live.framesAfter(0).join(''));
    expect(live.takeUnsaved()).toBeNull();
  });

  it('replays from the beginning for an id past its end', () => {
    const live = createLiveGeneration(ids);
    live.emit(delta('a'));
    expect(live.framesAfter(7)).toHaveLength(1);
    expect(live.framesAfter(1)).toHaveLength(0);
  });
});
