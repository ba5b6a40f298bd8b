import { AppError } from '../../lib/errors.ts';
import type { LlmEvent, LlmRequest, LlmStream } from '../../platform/llm/driver.ts';
import { tellEach } from '../../platform/llm/messages.ts';
import { isTransient } from '../../platform/llm/errors.ts';
import type { Pass } from './breaker.ts';
import type { Entry } from './entry.ts';
import { beginWithRetry, type Begun } from './retry.ts';
import type { ResolvedModel } from './select.ts';

export type CallOptions = {
  /** Told once, when another model than the resolved one has begun to answer. */
  onModel?: ((model: ResolvedModel) => void) | undefined;
};

type Deps = {
  entryOf(model: ResolvedModel): Entry | undefined;
  delays: readonly number[];
  onAnswer(entry: Entry): void;
  onFailure(entry: Entry, error: unknown): void;
};

/** HTTP statuses that are about the server, its key or its credit, and not about what was asked. */
const serversOwn: ReadonlySet<unknown> = new Set([401, 402, 403, 408, 429]);

const isTimeout = (error: unknown): boolean => error instanceof AppError && error.code === 'PROVIDER_TIMEOUT';
/** Whether the server as a whole is in trouble. */
const isOutage = (error: unknown): boolean => isTransient(error) || isTimeout(error);

/** Whether somebody else may well answer what failed here. */
function mayGoElsewhere(error: unknown): boolean {
  if (isOutage(error)) return true;
  if (!(error instanceof AppError)) return false;
  const { status } = (error.cause ?? {}) as { status?: unknown };
  return error.code === 'MODEL_NOT_FOUND' || error.code === 'URL_BLOCKED' || serversOwn.has(status);
}

const leftAlone = ({ provider, breaker }: Entry): AppError => {
  const retry_after = Math.max(1, Math.ceil(breaker.waitMs() / 1_000));
  return new AppError('PROVIDER_UNREACHABLE', {
    message: `${provider.name} has failed several times in a row. It is asked again in ${retry_after} s.`,
    details: { retry_after },
  });
};

/** A place in front of a provider: counts what runs, and refuses while its circuit is open. */
function enter(entry: Entry | undefined): { pass: Pass; leave(): void } {
  if (!entry)
    return {
      pass: { succeeded: () => undefined, failed: () => undefined, left: () => undefined },
      leave: () => undefined,
    };
  const pass = entry.breaker.enter();
  if (!pass) throw leftAlone(entry);
  entry.calls += 1;
  return {
    pass,
    leave: () => {
      entry.calls -= 1;
      pass.left();
    },
  };
}

/** Calls that go to the next provider when one fails before it has said anything. */
export function createFailover({ entryOf, delays, onAnswer, onFailure }: Deps) {
  /** The model itself, then the others, which nobody looks for unless they are needed. */
  function* inTurn(model: ResolvedModel): Generator<ResolvedModel> {
    yield model;
    yield* model.alternatives();
  }

  async function beginAt(
    target: ResolvedModel,
    request: Omit<LlmRequest, 'model'>,
    signal: AbortSignal,
  ): Promise<Begun & { leave(): void }> {
    const entry = entryOf(target);
    const { pass, leave } = enter(entry);
    try {
      const begun = await beginWithRetry({
        open: () => target.provider.stream({ ...request, model: target.model }, signal),
        signal,
        delays,
        onAnswer: () => {
          pass.succeeded();
          if (entry) onAnswer(entry);
        },
        onFailure: (error) => {
          if (isOutage(error)) pass.failed();
          if (entry) onFailure(entry, error);
        },
      });
      return { ...begun, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** The first of them that begins to answer. */
  async function begin(
    resolved: ResolvedModel,
    request: Omit<LlmRequest, 'model'>,
    signal: AbortSignal,
    onModel: CallOptions['onModel'],
  ): Promise<Begun & { leave(): void }> {
    let failure: unknown;
    for (const target of inTurn(resolved)) {
      try {
        const begun = await beginAt(target, request, signal);
        if (target !== resolved && !begun.first.done) onModel?.(target);
        return begun;
      } catch (error) {
        if (signal.aborted || !mayGoElsewhere(error)) throw error;
        // What the model that was meant said is what people can act on.
        failure ??= error;
      }
    }
    throw failure;
  }

  return {
    /** No generator around the provider's own: what it says comes through at the price of one promise, or of none where it is told. */
    stream(
      resolved: ResolvedModel,
      request: Omit<LlmRequest, 'model'>,
      signal: AbortSignal,
      { onModel }: CallOptions = {},
    ): AsyncIterableIterator<LlmEvent> & LlmStream {
      let begun: Awaited<ReturnType<typeof begin>> | undefined;
      let over = false;
      function end(): void {
        if (!over) begun?.leave();
        over = true;
      }
      const seen = (result: IteratorResult<LlmEvent>): IteratorResult<LlmEvent> => {
        if (result.done) end();
        return result;
      };
      const failed = (error: unknown): never => {
        end();
        throw error;
      };
      return {
        next() {
          if (over) return Promise.resolve({ done: true, value: undefined });
          if (begun) return begun.events.next().then(seen, failed);
          return begin(resolved, request, signal, onModel).then((first) => {
            begun = first;
            return seen(begun.first);
          });
        },
        async tell(to) {
          begun = await begin(resolved, request, signal, onModel);
          try {
            if (begun.first.done) return;
            to(begun.first.value);
            await tellEach(begun.rest, to);
          } finally {
            end();
          }
        },
        async return() {
          end();
          await begun?.events.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },

    /** The same for a call that answers once. `suits` tells which others could take it at all. */
    async call<T>(
      resolved: ResolvedModel,
      work: (target: ResolvedModel) => Promise<T>,
      signal: AbortSignal,
      { onModel, suits = () => true }: CallOptions & { suits?: (target: ResolvedModel) => boolean } = {},
    ): Promise<T> {
      let failure: unknown;
      for (const target of inTurn(resolved)) {
        if (target !== resolved && !suits(target)) continue;
        const entry = entryOf(target);
        try {
          const { pass, leave } = enter(entry);
          try {
            const answer = await work(target);
            pass.succeeded();
            if (entry) onAnswer(entry);
            if (target !== resolved) onModel?.(target);
            return answer;
          } catch (error) {
            if (!signal.aborted && isOutage(error)) pass.failed();
            if (entry && !signal.aborted) onFailure(entry, error);
            throw error;
          } finally {
            leave();
          }
        } catch (error) {
          if (signal.aborted || !mayGoElsewhere(error)) throw error;
          failure ??= error;
        }
      }
      throw failure;
    },
  };
}
