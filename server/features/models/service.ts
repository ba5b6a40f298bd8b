import type { z } from 'zod';
import type { model, provider, providerHealth } from '../../../shared/api/models.ts';
import type { ComponentHealth } from '../../../shared/api/system.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../lib/clock.ts';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { LlmProvider, LlmRequest, LlmStream } from '../../platform/llm/driver.ts';
import type { OpenProvider } from '../../platform/llm/open.ts';
import { permitted, type People, type Viewer } from './access.ts';
import type { Entry } from './entry.ts';
import { createFailover, type CallOptions } from './failover.ts';
import { createRegistry, type Slot } from './registry.ts';
import { RETRY_DELAYS } from './retry.ts';
import {
  hasModel,
  modelId,
  preferred,
  priceIn,
  speechModelIn,
  selectModel,
  type Defaults,
  type ResolvedModel,
  type Wish,
} from './select.ts';
import { planProviders, standardPlaces, type DetectionPlaces } from './sources.ts';
import { nothingStored, type Stored } from './stored.ts';

export type { Viewer } from './access.ts';
export type { ResolvedModel } from './select.ts';

type Deps = {
  config: Pick<Config, 'providers'>;
  /** Makes a provider of what the environment, detection or an admin describes. */
  open: OpenProvider;
  /** Built in, and the last that are chosen. */
  builtIn: readonly LlmProvider[];
  /** What is kept about providers; absent, nothing is. */
  stored?: { load(): Promise<Stored> };
  people?: People;
  logger: Logger;
  now: Clock;
  places?: DetectionPlaces;
  refreshMs?: number;
  retryDelays?: readonly number[];
};

/** How long a person waits for a live check of one provider. */
const CHECK_MS = seconds(5);

const strangers: People = {
  groupsOf: () => Promise.resolve([]),
  defaultModel: () => Promise.resolve(undefined),
  groupDefaultModel: () => Promise.resolve(undefined),
};

type UsedTokens = { model: string; prompt_tokens: number; completion_tokens: number };

export type ModelService = ReturnType<typeof createModelService>;

/** The models of this instance: who offers them, who may use them, which one answers, and the call itself. */
export function createModelService({ config, open, builtIn, logger, now, people = strangers, ...rest }: Deps) {
  const { providers } = config;
  const registry = createRegistry({ open, logger, now, refreshMs: rest.refreshMs });
  const places = rest.places ?? standardPlaces;
  let stored = nothingStored;
  let configured: Promise<void> | undefined;
  let isReady = false;

  function apply(next: Stored): void {
    stored = next;
    registry.configure(planProviders(providers, places, builtIn, stored));
  }
  /** What is kept is read when it is first needed; without it (the database is away), there is nothing to choose from. */
  async function configure(): Promise<void> {
    configured ??= (async () => apply((await rest.stored?.load()) ?? nothingStored))();
    await configured.catch((error: unknown) => {
      configured = undefined;
      throw error;
    });
  }
  async function ready(): Promise<void> {
    if (isReady) return;
    await configure();
    await registry.ready();
    isReady = true;
  }

  const mayUse = (viewer: Viewer): Promise<readonly Entry[]> => permitted(registry.entries(), viewer, people);

  const instanceDefault = (): Defaults['instance'] => ({
    provider: providers.defaultProvider ?? (providers.defaultModel ? undefined : stored.defaultProvider),
    model: providers.defaultModel ?? (providers.defaultProvider ? undefined : stored.defaultModel),
  });

  const failover = createFailover({
    entryOf: (resolved) => registry.entryOf(resolved.provider),
    delays: rest.retryDelays ?? RETRY_DELAYS,
    onAnswer: (entry) => {
      if (!entry.healthy) registry.setHealth(entry, undefined);
    },
    onFailure: (entry, error) => {
      // One call may fail for itself alone; whether the provider is away, a look at it tells.
      if (isAway(error)) void registry.look(entry, CHECK_MS);
    },
  });

  return {
    /** Begins to look for providers, now and every minute. */
    async start(): Promise<void> {
      await configure();
      registry.start();
    },
    /** Ends every connection. */
    stop: (): Promise<void> => registry.stop(),
    /** Looks at every provider now; resolves when all have answered or failed. */
    async refresh(): Promise<void> {
      await configure();
      await registry.refresh();
    },
    /** Takes in what is kept about providers, as it is now. */
    async reload(next: Stored): Promise<void> {
      await configure();
      apply(next);
    },
    /** Waits until one provider was looked at, `limitMs` at most. */
    lookAt: (id: string, limitMs: number): Promise<void> => registry.lookAt(id, limitMs),

    /** Every place for a provider, for admins: also those that are switched off. */
    async slots(): Promise<readonly Slot[]> {
      await ready();
      return registry.slots();
    },

    async list(viewer: Viewer): Promise<z.input<typeof model>[]> {
      await ready();
      return (await mayUse(viewer)).flatMap((entry) =>
        entry.models.map((listed) => ({
          ...listed,
          id: modelId(entry, listed.name),
          name: entry.rules.displayNames[listed.name] ?? listed.name,
          provider: entry.provider.id,
          healthy: entry.healthy === true,
          ...(entry.rules.prices[listed.name] && { price: entry.rules.prices[listed.name] }),
        })),
      );
    },

    async providers(viewer: Viewer): Promise<z.input<typeof provider>[]> {
      await ready();
      return (await mayUse(viewer)).map(({ provider: { id, name, kind }, healthy, error }) => ({
        id,
        name,
        kind,
        healthy: healthy === true,
        ...(error && { error }),
      }));
    },

    /** Asks the provider now, within a few seconds. Throws NOT_FOUND for an id that is none. */
    async health(id: string, viewer: Viewer): Promise<z.input<typeof providerHealth>> {
      await ready();
      const entry = (await mayUse(viewer)).find((one) => one.provider.id === id);
      if (!entry) throw new AppError('NOT_FOUND', { message: 'There is no such provider.' });
      await registry.look(entry, CHECK_MS);
      const { healthy, latencyMs = 0, error } = entry;
      return { healthy: healthy === true, latency_ms: latencyMs, ...(error && { error }) };
    },

    /** The model that writes down what this person says. */
    async speech(viewer: Viewer): Promise<string | undefined> {
      await ready();
      return speechModelIn(await mayUse(viewer));
    },

    /** Whether there is one for everyone, as far as is known. Asks nobody. */
    async hears(): Promise<boolean> {
      await configure();
      return speechModelIn(registry.entries().filter(({ rules }) => rules.groupIds === null)) !== undefined;
    },

    /** For `/health`: whether anyone can answer, and who cannot. Looks at what is known; asks nobody. */
    componentHealth(): ComponentHealth {
      const entries = registry.entries();
      const away = entries.filter(({ healthy }) => healthy === false).map((entry) => entry.provider.name);
      const status = away.length < entries.length ? 'ok' : 'down';
      return { status, ...(away.length > 0 && { detail: `Not answering: ${away.join(', ')}.` }) };
    },

    /**
     * Which model answers this person, and by which rule. Throws MODEL_NOT_FOUND for a model that was asked for and is
     * not here, or not for them.
     */
    async resolve({ actor, ...wish }: Wish & { actor: Viewer }): Promise<ResolvedModel> {
      await ready();
      const entries = await mayUse(actor);
      const { requested, conversation } = wish;
      const asksForOne = requested !== undefined || (conversation !== undefined && hasModel(entries, conversation));
      const [user, group] = asksForOne
        ? []
        : await Promise.all([people.defaultModel(actor.userId), people.groupDefaultModel(actor.userId)]);
      return selectModel(entries, wish, {
        user: { model: user },
        group: { model: group },
        instance: instanceDefault(),
        fallbackModel: stored.fallbackModel,
      });
    },

    /** What this costs by the price of now, in millionths; null where nobody has said a price. */
    costOf({ model: id, prompt_tokens, completion_tokens }: UsedTokens): number | null {
      const price = priceIn(registry.entries(), id);
      // Prices are for a million tokens, costs in millionths.
      return price ? Math.round(prompt_tokens * price.input + completion_tokens * price.output) : null;
    },

    /** What one takes of this provider when nobody chose; undefined where it lists no chat model. */
    preferredModel: (entry: Entry): string | undefined => preferred(entry)?.name,

    /**
     * Calls the model. Errors are those of the port. Before the first event a passing one is tried again, twice at most,
     * and then others that may answer instead have their turn.
     */
    stream: (
      resolved: ResolvedModel,
      request: Omit<LlmRequest, 'model'>,
      signal: AbortSignal,
      options?: CallOptions,
    ): LlmStream => failover.stream(resolved, request, signal, options),
    /** For calls that answer once (embeddings, bytes that are passed on): the same, without trying again. */
    call: failover.call,
  };
}

/** The provider as a whole does not answer, rather than refusing this one request. */
const isAway = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'PROVIDER_UNREACHABLE' || error.code === 'PROVIDER_TIMEOUT');
