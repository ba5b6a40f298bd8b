import type { Database } from '../db/database.ts';
import type { InTransaction } from '../db/transaction.ts';
import type { Config } from '../config.ts';
import type { JobQueue } from '../platform/jobs/driver.ts';
import type { AuditService } from '../features/audit/service.ts';
import type { GroupService } from '../features/groups/service.ts';
import type { ProfileService } from '../features/users/profile-service.ts';
import type { Sealer } from '../lib/crypto.ts';
import type { OutboundGuard } from '../lib/outbound-guard.ts';
import type { Logger } from '../lib/logger.ts';
import type { Clock } from '../lib/clock.ts';
import { join } from 'node:path';
import { embeddingRoutes } from '../features/embeddings/routes.ts';
import { rerankingRoutes } from '../features/reranking/routes.ts';
import { createEmbeddingService } from '../features/embeddings/service.ts';
import { guardedOpener } from '../features/models/guarded.ts';
import { createModelService } from '../features/models/service.ts';
import { createAiSettings } from '../features/providers/ai-settings.ts';
import { createPullService } from '../features/providers/pulls.ts';
import { createProviderRecords } from '../features/providers/records.ts';
import { createProviderService } from '../features/providers/service.ts';
import { createReranker } from '../features/reranking/service.ts';
import type { SettingsService } from '../features/settings/service.ts';
import { createOutboundGuard } from '../lib/outbound-guard.ts';
import { ggufProviders } from '../platform/llm/drivers/gguf.ts';
import { createLibrarian } from '../platform/llm/drivers/librarian.ts';
import { transformersProviders } from '../platform/llm/drivers/transformers.ts';
import { createVectorStore } from '../platform/vectors/create.ts';

type Deps = {
  database: Database;
  inTransaction: InTransaction;
  config: Config;
  jobs: JobQueue;
  audit: AuditService;
  settings: Pick<SettingsService, 'live'>;
  groups: GroupService;
  profiles: ProfileService;
  sealer: Sealer;
  outbound: OutboundGuard | undefined;
  logger: Logger;
  now: Clock;
};

/** Model servers: their records, the registry, and what is found by meaning. */
export async function composeModels({
  database,
  inTransaction,
  config,
  jobs,
  audit,
  settings,
  groups,
  profiles,
  sealer,
  outbound,
  logger,
  now,
}: Deps) {
  const { db, engine: sqlEngine } = database;
  const guard = outbound ?? createOutboundGuard({ allow: config.providers.outboundAllow });
  const open = guardedOpener({ version: config.version, timeoutMs: config.providers.timeoutMs, guard });
  const records = createProviderRecords({ db, engine: sqlEngine, inTransaction, sealer, logger, now });
  const modelFiles = join(config.dataDir, 'models');
  const models = createModelService({
    config,
    open,
    builtIn: [...(await ggufProviders(modelFiles)), ...(await transformersProviders(modelFiles)), createLibrarian()],
    stored: records,
    people: {
      groupsOf: records.groupsOf,
      groupDefaultModel: records.groupDefaultModel,
      defaultModel: profiles.defaultModel,
    },
    logger,
    now,
  });
  records.onChange(models.reload);
  const vectors = await createVectorStore({ where: config.vectors, database, inTransaction, guard, logger });
  const embeddings = createEmbeddingService({
    db,
    inTransaction,
    models,
    vectors,
    jobs,
    audit,
    configured: config.embeddingModel,
    logger,
    now,
  });
  const reranker = createReranker({
    models,
    settings: async () => (await settings.live('finding')).values,
    logger,
    now,
  });
  const providers = createProviderService({ records, models, groups, guard, open, audit, now });
  const ai = createAiSettings({ config, records, providers, models, audit, now });
  const pulls = createPullService({ db, models, jobs, audit, now });

  const { whisperUrl } = config.providers;
  const whisper = whisperUrl
    ? open({ id: 'whisper', name: 'Whisper', kind: 'openai-compatible', baseUrl: whisperUrl })
    : null;
  return {
    open,
    whisper,
    /** Whether somebody writes down what people say. */
    hears: async (): Promise<boolean> => whisper !== null || models.hears(),
    records,
    models,
    vectors,
    embeddings,
    reranker,
    findingRoutes: [...embeddingRoutes(embeddings), ...rerankingRoutes(reranker)],
    providers,
    ai,
    pulls,
  };
}
