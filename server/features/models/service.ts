import type { z } from 'zod';
import type { model, provider, providerHealth } from '../../../shared/api/models.ts';
import type { ComponentHealth } from '../../../shared/api/system.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../lib/clock.ts';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { LlmEvent, LlmProvider, LlmRequest } from '../../platform/llm/driver.ts';
import type { OpenProvider } from '../../platform/llm/open.ts';
import { createRegistry } from './registry.ts';
import { RETRY_DELAYS, streamWithRetry } from './retry.ts';
import { modelId, selectModel, type ResolvedModel, type Wish } from './select.ts';
import { configuredProviders, detectionCandidates, standardPlaces, type DetectionPlaces } from './sources.ts';

export type { ResolvedModel } from './select.ts';

type Deps = {
  config: Pick<Config, 'providers'>;
  /** Makes a provider of what the environment or detection describes. */
  open: OpenProvider;
  /** Built in, and the last that is chosen. */
  librarian: LlmProvider;
  logger: Logger;
  now: Clock;
  places?: DetectionPlaces;
  refreshMs?: number;
  retryDelays?: readonly number[];
};

/** How long a person waits for a live check of one provider. */
const CHECK_MS = seconds(5);

export type ModelService = ReturnType<typeof createModelService>;

/** The models of this instance: who offers them, which one answers, and the call itself. */
export function createModelService({ config, open, librarian, logger, now, ...tuning }: Deps) {
  const { providers } = config;
  const configured = configuredProviders(providers);
  const detectable = providers.detect ? detectionCandidates(configured, tuning.places ?? standardPlaces) : [];
  const registry = createRegistry({
    configured: configured.map(open),
    detectable: detectable.map((candidates) => candidates.map(open)),
    librarian,
    logger,
    now,
    refreshMs: tuning.refreshMs,
  });
  const instanceDefault = { provider: providers.defaultProvider, model: providers.defaultModel };

  return {
    /** Begins to look for providers, now and every minute. */
    start: (): void => registry.start(),
    /** Ends every connection. */
    stop: (): Promise<void> => registry.stop(),
    /** Looks at every provider now; resolves when all have answered or failed. */
    refresh: (): Promise<void> => registry.refresh(),

    async list(): Promise<z.input<typeof model>[]> {
      await registry.ready();
      return registry.entries().flatMap((entry) =>
        entry.models.map((listed) => ({
          ...listed,
          id: modelId(entry, listed.name),
          provider: entry.provider.id,
          healthy: entry.healthy === true,
        })),
      );
    },

    async providers(): Promise<z.input<typeof provider>[]> {
      await registry.ready();
      return registry.entries().map(({ provider: { id, name, kind }, healthy, error }) => ({
        id,
        name,
        kind,
        healthy: healthy === true,
        ...(error && { error }),
      }));
    },

    /** Asks the provider now, within a few seconds. Throws NOT_FOUND for an id that is none. */
    async health(id: string): Promise<z.input<typeof providerHealth>> {
      await registry.ready();
      const entry = registry.entries().find((one) => one.provider.id === id);
      if (!entry) throw new AppError('NOT_FOUND', { message: 'There is no such provider.' });
      await registry.look(entry, CHECK_MS);
      const { healthy, latencyMs = 0, error } = entry;
      return { healthy: healthy === true, latency_ms: latencyMs, ...(error && { error }) };
    },

    /** For `/health`: whether anyone can answer, and who cannot. Looks at what is known; asks nobody. */
    componentHealth(): ComponentHealth {
      const entries = registry.entries();
      const away = entries.filter(({ healthy }) => healthy === false).map((entry) => entry.provider.name);
      const status = away.length < entries.length ? 'ok' : 'down';
      return { status, ...(away.length > 0 && { detail: `Not answering: ${away.join(', ')}.` }) };
    },

    /** Which model answers, and by which rule. Throws MODEL_NOT_FOUND for a model that was asked for and is not here. */
    async resolve(wish: Wish): Promise<ResolvedModel> {
      await registry.ready();
      return selectModel(registry.entries(), wish, instanceDefault);
    },

    /** Calls the model. Errors are those of the port; before the first event a passing one is tried again, twice at most. */
    stream(resolved: ResolvedModel, request: Omit<LlmRequest, 'model'>, signal: AbortSignal): AsyncIterable<LlmEvent> {
      const entry = registry.entries().find((one) => one.provider === resolved.provider);
      return streamWithRetry({
        open: () => resolved.provider.stream({ ...request, model: resolved.model }, signal),
        signal,
        delays: tuning.retryDelays ?? RETRY_DELAYS,
        onAnswer: () => {
          if (entry && !entry.healthy) registry.setHealth(entry, undefined);
        },
        onFailure: (error) => {
          // One call may fail for itself alone; whether the provider is away, a look at it tells.
          if (entry && isAway(error)) void registry.look(entry, CHECK_MS);
        },
      });
    },
  };
}

/** The provider as a whole does not answer, rather than refusing this one request. */
const isAway = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'PROVIDER_UNREACHABLE' || error.code === 'PROVIDER_TIMEOUT');
