import type { ChatEvent } from '../../../shared/stream.ts';
import { frameOf, nothingWritten, write, type Written } from './frames.ts';

export type GenerationIds = {
  id: string;
  userId: string;
  /** Null for a temporary chat, of which nothing is ever stored. */
  conversationId: string | null;
  messageId: string;
};

/** A stretch of the log that is not in the database yet. */
export type Unsaved = { firstSeq: number; lastSeq: number; frames: string };

export type StopReason = 'stopped' | 'shutdown' | 'lost';

/** A generation that this process writes: its frames in memory, who listens, and what is still to be saved. */
export type LiveGeneration = GenerationIds & {
  readonly signal: AbortSignal;
  readonly written: Readonly<Written>;
  emit(event: ChatEvent): void;
  abort(reason: StopReason): void;
  /** Frames that are shown, from event `after` + 1 on. */
  framesAfter(after: number): readonly string[];
  readonly lastSeq: number;
  /** Called soon after new frames are there, once for all of one turn of the event loop. Returns the way out. */
  listen(listener: () => void): () => void;
  takeUnsaved(): Unsaved | null;
  putBack(unsaved: Unsaved): void;
  /** Numbers the last event without showing it: it is shown by `close` once it is stored. */
  seal(event: ChatEvent): void;
  /** Ends the listeners' streams, with the last event where it was stored. */
  close(stored: boolean): void;
  readonly closed: boolean;
};

export function createLiveGeneration(ids: GenerationIds): LiveGeneration {
  const abort = new AbortController();
  const written = nothingWritten();
  const frames: string[] = [];
  const listeners = new Set<() => void>();
  let unsaved: string[] = [];
  let savedSeq = 0;
  let sealed: string | null = null;
  let closed = false;
  let announced = false;

  const announce = (): void => {
    if (announced) return;
    announced = true;
    setImmediate(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  };

  return {
    ...ids,
    signal: abort.signal,
    written,
    emit(event) {
      write(written, event);
      const frame = frameOf(frames.length + 1, event);
      frames.push(frame);
      unsaved.push(frame);
      announce();
    },
    abort: (reason) => abort.abort(reason),
    framesAfter: (after) => frames.slice(after > frames.length ? 0 : after),
    get lastSeq() {
      return frames.length;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    takeUnsaved() {
      if (!unsaved.length) return null;
      const taken = { firstSeq: savedSeq + 1, lastSeq: savedSeq + unsaved.length, frames: unsaved.join('') };
      savedSeq = taken.lastSeq;
      unsaved = [];
      return taken;
    },
    putBack(taken) {
      savedSeq = taken.firstSeq - 1;
      unsaved.unshift(...taken.frames.split(/(?<=\n\n)/));
    },
    seal(event) {
      sealed = frameOf(frames.length + 1, event);
      unsaved.push(sealed);
    },
    close(stored) {
      if (stored && sealed) frames.push(sealed);
      closed = true;
      announce();
    },
    get closed() {
      return closed;
    },
  };
}
