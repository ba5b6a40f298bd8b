import type { LlmEvent } from './driver.ts';

export type Tell = (event: LlmEvent) => void;

export const tellAll = (events: Iterable<LlmEvent>, tell: Tell): void => {
  for (const event of events) tell(event);
};

type Reading<T> = {
  /** Asks the server; its messages come in batches, as they arrive together. */
  open(): Promise<AsyncIterable<readonly T[]>>;
  /** Tells what one message says. True: the answer is whole. */
  take(message: T, tell: Tell): boolean;
  /** Tells what is left when nothing more will come, or throws where the answer has no end. */
  end(tell: Tell): void;
};

const OVER: IteratorResult<LlmEvent, undefined> = { done: true, value: undefined };

/**
 * The events of an answer. Words that come together are one event: a burst costs little more than a word does. What came before
 * an error is given before it is thrown. Written out rather than as generators, since it runs for each word of each answer.
 */
export function answerEvents<T>({ open, take, end }: Reading<T>): AsyncIterableIterator<LlmEvent, undefined> {
  let source: AsyncIterator<readonly T[]> | undefined;
  /** What was told and not given yet: mostly one, and then there is no list. */
  let first: LlmEvent | undefined;
  let more: LlmEvent[] = [];
  let over = false;
  let failure: { error: unknown } | undefined;

  const tell: Tell = (event) => {
    const last = more.at(-1) ?? first;
    if (last?.type === 'text' && event.type === 'text') last.text += event.text;
    else if (last?.type === 'reasoning' && event.type === 'reasoning') last.text += event.text;
    else if (first) more.push(event);
    else first = event;
  };

  function stop(error?: { error: unknown }): void {
    over = true;
    failure = error;
  }

  /** What is known already; undefined: the server has to be heard. */
  function next(): IteratorResult<LlmEvent, undefined> | undefined {
    if (first) {
      const value = first;
      first = more.shift();
      return { done: false, value };
    }
    if (failure) {
      const { error } = failure;
      failure = undefined;
      throw error;
    }
    return over ? OVER : undefined;
  }

  const broken = (error: unknown): IteratorResult<LlmEvent, undefined> => {
    stop({ error });
    return next() ?? OVER;
  };

  function heard(
    result: IteratorResult<readonly T[]>,
  ): ReturnType<typeof listen> | IteratorResult<LlmEvent, undefined> {
    try {
      if (result.done ? true : result.value.some((message) => take(message, tell))) {
        stop();
        end(tell);
      }
    } catch (error) {
      stop({ error });
    }
    if (over && !result.done) return leave().then(() => next() ?? OVER);
    return next() ?? listen();
  }

  async function leave(): Promise<void> {
    await source?.return?.();
  }

  const listen = (): Promise<IteratorResult<LlmEvent, undefined>> =>
    source
      ? source.next().then(heard, broken)
      : open().then((batches) => {
          source = batches[Symbol.asyncIterator]();
          return source.next().then(heard, broken);
        }, broken);

  return {
    next() {
      try {
        const known = next();
        return known ? Promise.resolve(known) : listen();
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
    async return() {
      stop();
      first = undefined;
      more = [];
      await leave();
      return OVER;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
