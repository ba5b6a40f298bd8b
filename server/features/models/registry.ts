import type { Clock } from '../../lib/clock.ts';
import { minutes, seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { LlmProvider, ModelInfo } from '../../platform/llm/driver.ts';
import type { OpenProvider } from '../../platform/llm/open.ts';
import { newEntry, show, type Entry } from './entry.ts';
import type { Plan } from './sources.ts';

/** A place for a provider: a fixed one, or several addresses of which the first that answers fills it. */
export type Slot = {
  plan: Plan;
  readonly key: string;
  readonly candidates: readonly Entry[];
  current: Entry | undefined;
};

type Deps = { open: OpenProvider; logger: Logger; now: Clock; refreshMs?: number | undefined };

const REFRESH_MS = minutes(1);
const LISTING_MS = seconds(10);
/** A server on this machine answers at once or is not there. */
const PROBE_MS = seconds(2);
/** How long the first question may wait for the first look round. */
const FIRST_LOOK_MS = 2_500;
/** A detected provider that was away for longer is forgotten. */
const FORGET_MS = minutes(5);
/** A connection that was replaced is closed when its last call has ended, and not before this. */
const RETIRE_MS = seconds(30);

/** Plans with the same key share a connection. */
const keyOf = ({ id, source, connections }: Plan): string => JSON.stringify([id, source, connections]);
const isDetected = ({ plan }: Slot): boolean => plan.source === 'detected';

/** Keeps the list of providers and what they offer, in the background: nobody's request waits for a slow one. */
export function createRegistry({ open, logger, now, refreshMs = REFRESH_MS }: Deps) {
  let slots: readonly Slot[] = [];
  const entryOf = new Map<LlmProvider, Entry>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let refreshing: Promise<void> | undefined;
  let firstLook: Promise<void> | undefined;
  /** The first look is over, or nobody waits for it any longer. */
  let looked = false;

  function setHealth(entry: Entry, error: unknown): void {
    const before = entry.healthy;
    entry.healthy = error === undefined;
    entry.error = error === undefined ? undefined : sentence(entry, error);
    if (entry.healthy) entry.answeredAt = now();
    if (before === entry.healthy || entry.source === 'built_in') return;
    const provider = entry.provider.id;
    if (entry.healthy) logger.info({ provider, models: entry.models.length }, 'a model provider answers');
    else if (before || entry.source !== 'detected')
      logger.warn({ provider, err: error }, 'a model provider does not answer');
  }

  async function list(entry: Entry, limitMs: number): Promise<void> {
    const startedAt = now();
    let listed: readonly ModelInfo[] | undefined;
    let failure: unknown;
    try {
      listed = await entry.provider.listModels(AbortSignal.any([AbortSignal.timeout(limitMs), stopping.signal]));
    } catch (error) {
      if (stopping.signal.aborted) return;
      failure = error;
    }
    entry.latencyMs = now() - startedAt;
    if (listed) {
      show(entry, listed);
      entry.breaker.hopeful();
    }
    setHealth(entry, failure);
  }

  /** Asks a provider for its models, once at a time however many want to know. */
  function look(entry: Entry, limitMs: number): Promise<void> {
    entry.looking ??= list(entry, limitMs).finally(() => {
      entry.looking = undefined;
    });
    return entry.looking;
  }

  async function lookInto(slot: Slot): Promise<void> {
    if (!slot.plan.rules.enabled) return;
    if (slot.current) await look(slot.current, LISTING_MS);
    if (!isDetected(slot) || slot.current?.healthy) return;
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

  const closeEntry = async (entry: Entry): Promise<void> => {
    entryOf.delete(entry.provider);
    await entry.provider.close();
  };

  /** Running answers end as they would have; then the connection goes. */
  function retire(entry: Entry): void {
    const closing = setTimeout(() => {
      if (entry.calls > 0) closing.refresh();
      else void closeEntry(entry);
    }, RETIRE_MS).unref();
  }

  function newSlot(plan: Plan, key: string): Slot {
    const providers = plan.builtIn ? [plan.builtIn] : plan.connections.map(open);
    const candidates = providers.map((provider) => newEntry(provider, plan, now));
    for (const entry of candidates) entryOf.set(entry.provider, entry);
    return { plan, key, candidates, current: plan.source === 'detected' ? undefined : candidates[0] };
  }

  return {
    refresh,
    setHealth,
    look,

    /** Makes the providers be those of the plans. Those whose connection is the same keep what is known of them. */
    configure(plans: readonly Plan[]): void {
      const before = new Map(slots.map((slot) => [slot.key, slot]));
      slots = plans.map((plan) => {
        const key = keyOf(plan);
        const kept = before.get(key);
        if (!kept) return newSlot(plan, key);
        before.delete(key);
        kept.plan = plan;
        for (const entry of kept.candidates) show(Object.assign(entry, { rules: plan.rules }), entry.listed);
        return kept;
      });
      for (const { candidates } of before.values()) for (const entry of candidates) retire(entry);
      // Those that are new are looked at now; who asks in the meantime gets what is known.
      for (const slot of slots) if (slot.candidates.every(({ healthy }) => healthy === undefined)) void lookInto(slot);
    },

    start(): void {
      timer ??= setInterval(() => void refresh(), refreshMs).unref();
      firstLook ??= refresh();
    },

    /** Resolves when every provider was looked at once, or after a short while. */
    async ready(): Promise<void> {
      if (looked) return;
      firstLook ??= refresh();
      await within(FIRST_LOOK_MS, firstLook);
      looked = true;
    },

    /** Looks at one provider, and waits for `limitMs` at most. */
    async lookAt(id: string, limitMs: number): Promise<void> {
      const slot = slots.find(({ plan }) => plan.id === id);
      if (slot?.current && slot.plan.rules.enabled) await within(limitMs, look(slot.current, LISTING_MS));
    },

    /** The providers that may be used, in the order of preference. */
    entries: (): Entry[] => slots.flatMap(({ plan, current }) => (current && plan.rules.enabled ? [current] : [])),
    slots: (): readonly Slot[] => slots,
    entryOf: (provider: LlmProvider): Entry | undefined => entryOf.get(provider),

    async stop(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await refreshing;
      await Promise.all([...entryOf.values()].map(closeEntry));
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const enough = Promise.withResolvers<void>();
  const limit = setTimeout(enough.resolve, ms);
  await Promise.race([work, enough.promise]);
  clearTimeout(limit);
}

/** Messages of AppError are written for people; anything else is ours alone to know. */
function sentence({ provider }: Entry, error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') return `${provider.name} did not answer in time.`;
  return `${provider.name} could not be asked.`;
}
