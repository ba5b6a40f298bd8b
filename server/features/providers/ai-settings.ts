import type { z } from 'zod';
import type { providerHealth } from '../../../shared/api/models.ts';
import type { AiSettings, AiSettingsPatch, ProviderTest } from '../../../shared/api/providers.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { AuditService } from '../audit/service.ts';
import type { ModelService, Viewer } from '../models/service.ts';
import type { ProviderRecords } from './records.ts';
import type { ProviderService } from './service.ts';

type Deps = {
  config: Pick<Config, 'providers'>;
  records: ProviderRecords;
  providers: ProviderService;
  models: ModelService;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

const fields = [
  ['default_provider', 'defaultProvider'],
  ['default_model', 'defaultModel'],
  ['fallback_model', 'fallbackModel'],
] as const;

export type AiSettingsService = ReturnType<typeof createAiSettings>;

/** Which models answer where nobody chose: for the instance, and for groups. */
export function createAiSettings({ config, records, providers, models, audit, now }: Deps) {
  const { defaultProvider, defaultModel } = config.providers;
  const fixed = { default_provider: defaultProvider, default_model: defaultModel };
  const locked = (['default_provider', 'default_model'] as const).filter((field) => fixed[field] !== undefined);

  async function group(id: string): Promise<{ id: string; name: string }> {
    const found = await records.group(id);
    if (!found) throw new AppError('NOT_FOUND', { message: 'There is no such group.' });
    return found;
  }

  async function get(): Promise<AiSettings> {
    const stored = await records.load();
    return {
      default_provider: defaultProvider ?? stored.defaultProvider,
      default_model: defaultModel ?? stored.defaultModel,
      fallback_model: stored.fallbackModel,
      locked: [...locked],
      providers: await providers.list(),
    };
  }

  return {
    get,

    /** CONFLICT for what the environment decides. */
    async update(patch: AiSettingsPatch): Promise<AiSettings> {
      if (locked.some((field) => patch[field] !== undefined && patch[field] !== fixed[field]))
        throw new AppError('CONFLICT', {
          message: 'The environment decides this (DEFAULT_AI_PROVIDER, DEFAULT_AI_MODEL).',
        });
      await records.change(async (inside) => {
        for (const [field, name] of fields) {
          const value = patch[field];
          if (value !== undefined) await inside.choose(name, value, now());
        }
      });
      await audit.record({
        action: 'model.default_changed',
        target: { kind: 'instance', id: 'ai' },
        detail: Object.fromEntries(
          fields.flatMap(([field]) => (patch[field] === undefined ? [] : [[field, patch[field]]])),
        ),
      });
      return get();
    },

    /** One minimal call to the model that answers when nobody chose, or to the one that is named. */
    async test(actor: Viewer, requested?: string): Promise<ProviderTest> {
      const { provider, model } = await models.resolve({ requested, actor });
      return providers.test(provider.id, model);
    },

    /** The same for whoever may use the model: without what only an admin can mend. */
    async check(actor: Viewer, requested?: string): Promise<z.input<typeof providerHealth>> {
      const { provider, model } = await models.resolve({ requested, actor });
      const { healthy, latency_ms, error } = await providers.check(provider.id, model);
      return { healthy, latency_ms, ...(error && { error }) };
    },

    ofGroup: async (id: string): Promise<{ default_model: string | null }> => ({
      default_model: await records.modelOfGroup((await group(id)).id),
    }),
    async setGroup(id: string, model: string | null): Promise<{ default_model: string | null }> {
      const { name } = await group(id);
      await records.setModelOfGroup(id, model, now());
      await audit.record({
        action: 'model.default_changed',
        target: { kind: 'group', id, name },
        detail: { default_model: model },
      });
      return { default_model: model };
    },
  };
}
