import type { ChatEvent } from '../../../shared/stream.ts';
import { frameOf, framesAfter, nothingWritten, write, type Written } from './frames.ts';
import { createGrowingText } from './growing-text.ts';

export type GenerationIds = {
  id: string;
  userId: string;
  /** Null for a temporary chat, of which nothing is ever stored. */
  conversationId: string | null;
  messageId: string;
  /** Whether its message said nothing before. */
  isFirst: boolean;
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
  /** The frames that are shown, from event `after` + 1 on; all of them for a number past the last. */
  textAfter(after: number): string;
  /** Of what is shown. */
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
  const [content, reasoning] = [createGrowingText(), createGrowingText()];
  const written: Readonly<Written> = {
    ...nothingWritten(),
    get content() {
      return content.text();
    },
    get reasoning() {
      return reasoning.text();
    },
  };
  /** What was taken to be saved, each stretch one string: many small ones would keep the garbage collector busy as long as they live. */
  const stretches: Unsaved[] = [];
  let saved = 0;
  /** The frames after those. */
  let frames: string[] = [];
  let lastSeq = 0;
  const listeners = new Set<() => void>();
  let sealed: { frame: string; taken: boolean } | null = null;
  let closed = false;
  let announced = false;

  const tellListeners = (): void => {
    announced = false;
    for (const listener of listeners) listener();
  };
  const announce = (): void => {
    if (announced) return;
    announced = true;
    atEndOfTurn(tellListeners);
  };

  const show = (frame: string): void => {
    frames.push(frame);
    lastSeq += 1;
  };

  return {
    ...ids,
    signal: abort.signal,
    written,
    emit(event) {
      if (event.event === 'delta') content.add(event.data.text);
      else if (event.event === 'reasoning') reasoning.add(event.data.text);
      else write(written, event);
      show(frameOf(lastSeq + 1, event));
      announce();
    },
    abort: (reason) => abort.abort(reason),
    textAfter(after) {
      const before = lastSeq - frames.length;
      if (after >= before && after <= lastSeq) return frames.slice(after - before).join('');
      const from = after > lastSeq ? 0 : after;
      const older = stretches.filter((stretch) => stretch.lastSeq > from);
      return older.map((stretch) => framesAfter(stretch.frames, stretch.firstSeq, from)).join('') + frames.join('');
    },
    get lastSeq() {
      return lastSeq;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get watched() {
      return listeners.size > 0;
    },
    takeUnsaved() {
      if (frames.length) {
        stretches.push({ firstSeq: lastSeq - frames.length + 1, lastSeq, frames: frames.join('') });
        frames = [];
        content.settle();
        reasoning.settle();
      }
      const due = stretches.slice(saved);
      saved = stretches.length;
      if (sealed && !sealed.taken) {
        sealed.taken = true;
        due.push({ firstSeq: lastSeq + 1, lastSeq: lastSeq + 1, frames: sealed.frame });
      }
      const [first, ...more] = due;
      if (!first) return null;
      const text = due.map(({ frames: stretch }) => stretch).join('');
      return { firstSeq: first.firstSeq, lastSeq: more.at(-1)?.lastSeq ?? first.lastSeq, frames: text };
    },
    putBack(taken) {
      const at = stretches.findIndex(({ firstSeq }) => firstSeq === taken.firstSeq);
      saved = at < 0 ? stretches.length : at;
      if (sealed) sealed.taken = false;
    },
    seal(event) {
      sealed = { frame: frameOf(lastSeq + 1, event), taken: false };
    },
    close(stored) {
      if (stored && sealed) show(sealed.frame);
      sealed = null;
      closed = true;
      announce();
    },
    get closed() {
      return closed;
    },
  };
}
