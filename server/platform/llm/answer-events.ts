import type { LlmEvent, LlmStream, Tell } from './driver.ts';
import type { Pieces } from './exchange.ts';
import type { Framing } from './framing.ts';

export const tellAll = (events: Iterable<LlmEvent>, tell: Tell): void => {
  for (const event of events) tell(event);
};

type Reading<T> = {
  /** Asks the server. */
  open(): Promise<{ pieces: Pieces; framing: Framing<T> }>;
  /** Tells what one message says. True: the answer is whole. */
  take(message: T, tell: Tell): boolean;
  /** Tells what is left when nothing more will come, or throws where the answer has no end. */
  end(tell: Tell): void;
};

type Result = IteratorResult<LlmEvent, undefined>;

const OVER: Result = { done: true, value: undefined };

/** Past this many bytes whose events nobody has taken yet the server is not read any further. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * The events of an answer. Words that come together are one event: a burst costs little more than a word does. What came before
 * an error is given before it is thrown. From the bytes to whoever is told it is one call, with no promise between: it runs for
 * each word of each answer.
 */
export function answerEvents<T>({
  open,
  take,
  end,
}: Reading<T>): AsyncIterableIterator<LlmEvent, undefined> & Required<LlmStream> {
  let source: Pieces | undefined;
  let asked = false;
  /** What was told and not given yet: mostly one, and then there is no list. */
  let first: LlmEvent | undefined;
  let more: LlmEvent[] = [];
  /** Of what has just come. */
  let newest: LlmEvent | undefined;
  let unread = 0;
  let over = false;
  let failure: { error: unknown } | undefined;
  /** Who waits: for the next event, or for all of them. */
  let reader: PromiseWithResolvers<Result> | undefined;
  let told: { to: Tell; end: PromiseWithResolvers<void> } | undefined;

  const tell: Tell = (event) => {
    if (newest?.type === 'text' && event.type === 'text') newest.text += event.text;
    else if (newest?.type === 'reasoning' && event.type === 'reasoning') newest.text += event.text;
    else {
      newest = event;
      if (first) more.push(event);
      else first = event;
    }
  };

  function shift(): LlmEvent | undefined {
    const event = first;
    first = more.shift();
    return event;
  }

  /** What is known already; undefined: the server has to be heard. */
  function known(): Result | undefined {
    const event = shift();
    if (event) {
      if (!first) source?.resume();
      return { done: false, value: event };
    }
    if (failure) {
      const { error } = failure;
      failure = undefined;
      throw error;
    }
    return over ? OVER : undefined;
  }

  function pass(): void {
    if (told) for (let event = shift(); event; event = shift()) told.to(event);
    else if (reader && first) answer(reader);
  }

  function answer({ resolve, reject }: NonNullable<typeof reader>): void {
    reader = undefined;
    try {
      resolve(known() ?? OVER);
    } catch (error) {
      reject(error);
    }
  }

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      over = true;
      failure = { error };
    }
  }

  /** Does what may find the end of the answer, or an error in it, and passes on what came of it. */
  function heed(work: () => void): void {
    if (over) return;
    attempt(work);
    newest = undefined;
    attempt(pass);
    if (over) conclude();
  }

  function conclude(): void {
    source?.leave();
    if (failure) told?.end.reject(failure.error);
    else told?.end.resolve();
    if (reader) answer(reader);
  }

  function finish(): void {
    over = true;
    end(tell);
  }

  function listenTo({ pieces, framing }: Awaited<ReturnType<typeof open>>): void {
    source = pieces;
    const { feed, end: endOf } = framing((message) => {
      if (!over && take(message, tell)) finish();
    });
    if (over) return pieces.leave();
    pieces.listen({
      piece(bytes) {
        heed(() => feed(bytes));
        unread = first ? unread + bytes.length : 0;
        return unread <= HIGH_WATER_BYTES;
      },
      end: () =>
        heed(() => {
          endOf();
          if (!over) finish();
        }),
      fail,
    });
  }

  function fail(error: unknown): void {
    heed(() => {
      throw error;
    });
  }

  function begin(): void {
    if (asked) return;
    asked = true;
    open().then(listenTo, fail);
  }

  return {
    next() {
      try {
        const result = known();
        if (result) return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error as Error);
      }
      reader = Promise.withResolvers();
      begin();
      return reader.promise;
    },
    return() {
      over = true;
      first = undefined;
      more = [];
      source?.leave();
      return Promise.resolve(OVER);
    },
    tell(to) {
      told = { to, end: Promise.withResolvers() };
      const { promise } = told.end;
      begin();
      attempt(pass);
      if (over) conclude();
      return promise;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
