import type { Config } from '../config.ts';
import { anthropicRoutes } from '../features/anthropic-api/routes.ts';
import type { AuditService } from '../features/audit/service.ts';
import { imageFetcher } from '../features/gateway/images.ts';
import { findPassages } from '../features/gateway/passages.ts';
import { createGateway } from '../features/gateway/service.ts';
import type { KnowledgeService } from '../features/knowledge/service.ts';
import type { ModelService } from '../features/models/service.ts';
import { ollamaRoutes } from '../features/ollama-api/routes.ts';
import { openAiRoutes } from '../features/openai-api/routes.ts';
import type { QuotaService } from '../features/quotas/service.ts';
import type { Route } from '../http-kit/route.ts';
import type { Logger } from '../lib/logger.ts';
import { createOutboundGuard } from '../lib/outbound-guard.ts';
import type { LlmProvider } from '../platform/llm/driver.ts';

/** Images come inside requests, so that these may be as large as the APIs of the services themselves take. */
const REQUEST_BYTES = 20 * 1024 * 1024;

type Deps = {
  config: Config;
  models: ModelService;
  quotas: QuotaService;
  knowledge: KnowledgeService;
  /** The server for speech, where one is set up. */
  whisper: LlmProvider | null;
  audit: Pick<AuditService, 'note'>;
  logger: Logger;
};

/** The models behind the APIs that other programs speak. */
export function composeSkins({ config, models, quotas, knowledge, whisper, audit, logger }: Deps): Route[] {
  const limits = { requestBytes: Math.max(config.limits.bodyBytes, REQUEST_BYTES) };
  const gateway = createGateway({
    models,
    quota: quotas,
    passages: findPassages(knowledge),
    fetchImage: imageFetcher(createOutboundGuard()),
    whisper,
    onDenied: ({ userId }, id) =>
      audit.note({ action: 'model.denied', actorId: userId, target: { kind: 'model', id } }),
    logger,
  });
  return [...openAiRoutes(gateway, limits), ...anthropicRoutes(gateway, limits), ...ollamaRoutes(gateway, limits)];
}
