import type { ChatEvent } from '../../../shared/stream.ts';
import { frameOf, nothingWritten, write, type Written } from './frames.ts';

export type GenerationIds = {
  id: string;
  userId: string;
  /** Null for a temporary chat, of which nothing is ever stored. */
  conversationId: string | null;
  messageId: string;
  /** What is answered. */
  question: { content: string; parentId: string | null };
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
  /** Whether anybody reads along now. */
  readonly watched: boolean;
  takeUnsaved(): Unsaved | null;
  putBack(unsaved: Unsaved): void;
  /** Numbers the last event without showing it: it is shown by `close` once it is stored. */
  seal(event: ChatEvent): void;
  /** Ends the listeners' streams, with the last event where it was stored. */
  close(stored: boolean): void;
  readonly closed: boolean;
};

let waiting: (() => void)[] = [];

/** One visit to the event loop for all the answers that have something new in this turn of it. */
function atEndOfTurn(work: () => void): void {
  waiting.push(work);
  if (waiting.length > 1) return;
  setImmediate(() => {
    const due = waiting;
    waiting = [];
    for (const one of due) one();
  });
}

export function createLiveGeneration(ids: GenerationIds): LiveGeneration {
  const abort = new AbortController();
  const written = nothingWritten();
  const frames: string[] = [];
  const listeners = new Set<() => void>();
  let savedSeq = 0;
  let sealed: string | null = null;
  let closed = false;
  let announced = false;

  const announce = (): void => {
    if (announced) return;
    announced = true;
    atEndOfTurn(() => {
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
      frames.push(frameOf(frames.length + 1, event));
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
    get watched() {
      return listeners.size > 0;
    },
    takeUnsaved() {
      const unsaved = frames.slice(savedSeq);
      if (sealed !== null && savedSeq <= frames.length) unsaved.push(sealed);
      if (!unsaved.length) return null;
      const taken = { firstSeq: savedSeq + 1, lastSeq: savedSeq + unsaved.length, frames: unsaved.join('') };
      savedSeq = taken.lastSeq;
      return taken;
    },
    putBack(taken) {
      savedSeq = taken.firstSeq - 1;
    },
    seal(event) {
      sealed = frameOf(frames.length + 1, event);
    },
    close(stored) {
      if (stored && sealed !== null) frames.push(sealed);
      sealed = null;
      closed = true;
      announce();
    },
    get closed() {
      return closed;
    },
  };
}
