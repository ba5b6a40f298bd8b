import type { Clock } from '../../lib/clock.ts';
import { minutes, seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { LlmProvider, ModelInfo } from '../../platform/llm/driver.ts';

/** What is known of a provider. */
export type Entry = {
  readonly provider: LlmProvider;
  /** Undefined until it was looked at for the first time. */
  healthy: boolean | undefined;
  /** The newest listing, kept while the provider is away. */
  models: readonly ModelInfo[];
  /** Why it is not healthy: one sentence that may be shown. */
  error: string | undefined;
  latencyMs: number | undefined;
  answeredAt: number | undefined;
  looking: Promise<void> | undefined;
};

/** A place for a provider: a fixed one, or several addresses of which the first that answers fills it. */
type Slot = { readonly candidates: readonly Entry[]; readonly detected: boolean; current: Entry | undefined };

type Deps = {
  /** In the order of preference; the Librarian last. */
  configured: readonly LlmProvider[];
  detectable: readonly (readonly LlmProvider[])[];
  librarian: LlmProvider;
  logger: Logger;
  now: Clock;
  refreshMs?: number | undefined;
};

const REFRESH_MS = minutes(1);
const LISTING_MS = seconds(10);
/** A server on this machine answers at once or is not there. */
const PROBE_MS = seconds(2);
/** How long the first question may wait for the first look round. */
const FIRST_LOOK_MS = 2_500;
/** A detected provider that was away for longer is forgotten. */
const FORGET_MS = minutes(5);

const newEntry = (provider: LlmProvider): Entry => ({
  provider,
  healthy: undefined,
  models: [],
  error: undefined,
  latencyMs: undefined,
  answeredAt: undefined,
  looking: undefined,
});

/** Keeps the list of providers and what they offer, in the background: nobody's request waits for a slow one. */
export function createRegistry({ configured, detectable, librarian, logger, now, refreshMs = REFRESH_MS }: Deps) {
  const fixed = (provider: LlmProvider): Slot => {
    const entry = newEntry(provider);
    return { candidates: [entry], detected: false, current: entry };
  };
  const looked = detectable.map((places): Slot => ({
    candidates: places.map(newEntry),
    detected: true,
    current: undefined,
  }));
  const slots: readonly Slot[] = [...configured.map(fixed), ...looked, fixed(librarian)];
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let refreshing: Promise<void> | undefined;
  let firstLook: Promise<void> | undefined;

  function setHealth(entry: Entry, error: unknown): void {
    const before = entry.healthy;
    entry.healthy = error === undefined;
    entry.error = error === undefined ? undefined : sentence(entry, error);
    if (entry.healthy) entry.answeredAt = now();
    if (before === entry.healthy || entry.provider === librarian) return;
    const provider = entry.provider.id;
    if (entry.healthy) logger.info({ provider, models: entry.models.length }, 'a model provider answers');
    else if (before || !isDetected(entry)) logger.warn({ provider, err: error }, 'a model provider does not answer');
  }

  const isDetected = (entry: Entry): boolean => slots.some((slot) => slot.detected && slot.candidates.includes(entry));

  async function list(entry: Entry, limitMs: number): Promise<void> {
    const startedAt = now();
    try {
      entry.models = await entry.provider.listModels(AbortSignal.any([AbortSignal.timeout(limitMs), stopping.signal]));
      entry.latencyMs = now() - startedAt;
      setHealth(entry, undefined);
    } catch (error) {
      if (stopping.signal.aborted) return;
      entry.latencyMs = now() - startedAt;
      setHealth(entry, error);
    }
  }

  /** Asks a provider for its models, once at a time however many want to know. */
  function look(entry: Entry, limitMs: number): Promise<void> {
    entry.looking ??= list(entry, limitMs).finally(() => {
      entry.looking = undefined;
    });
    return entry.looking;
  }

  async function lookInto(slot: Slot): Promise<void> {
    if (slot.current) await look(slot.current, LISTING_MS);
    if (!slot.detected || slot.current?.healthy) return;
    for (const candidate of slot.candidates) {
      if (candidate === slot.current) continue;
      await look(candidate, PROBE_MS);
      if (candidate.healthy) {
        slot.current = candidate;
        return;
      }
    }
    if (slot.current && now() - (slot.current.answeredAt ?? 0) >= FORGET_MS) {
      logger.info({ provider: slot.current.provider.id }, 'a detected model provider is gone');
      slot.current = undefined;
    }
  }

  function refresh(): Promise<void> {
    refreshing ??= Promise.all(slots.map(lookInto)).then(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  function start(): void {
    timer ??= setInterval(() => void refresh(), refreshMs).unref();
    firstLook ??= refresh();
  }

  return {
    start,
    refresh,
    setHealth,

    /** Resolves when every provider was looked at once, or after a short while. */
    async ready(): Promise<void> {
      firstLook ??= refresh();
      const enough = Promise.withResolvers<void>();
      const limit = setTimeout(enough.resolve, FIRST_LOOK_MS);
      await Promise.race([firstLook, enough.promise]);
      clearTimeout(limit);
    },

    entries: (): Entry[] => slots.flatMap(({ current }) => current ?? []),

    look,

    async stop(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await refreshing;
      await Promise.all(slots.flatMap(({ candidates }) => candidates.map(({ provider }) => provider.close())));
    },
  };
}

/** Messages of AppError are written for people; anything else is ours alone to know. */
function sentence({ provider }: Entry, error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') return `${provider.name} did not answer in time.`;
  return `${provider.name} could not be asked.`;
}
