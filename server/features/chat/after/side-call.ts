import type { TokenUsage } from '../../../../shared/api/passages.ts';
import type { LlmMessage } from '../../../platform/llm/driver.ts';
import { collect, textOf } from '../../../platform/llm/messages.ts';
import type { ModelService, ResolvedModel } from '../../models/service.ts';
import type { QuotaService } from '../../quotas/service.ts';
import { estimateTokens } from '../../../lib/text/tokens.ts';

/** A side call is worth no long wait. */
const LIMIT_MS = 60_000;

export type SideCall = ReturnType<typeof createSideCall>;

/** A short question to a model beside the conversation: reserved and paid like any other, bounded in time and length. */
export function createSideCall({
  models,
  quota,
}: {
  models: Pick<ModelService, 'stream'>;
  quota: Pick<QuotaService, 'reserve'>;
}) {
  return async function ask(
    userId: string,
    model: ResolvedModel,
    { messages, maxTokens }: { messages: readonly LlmMessage[]; maxTokens: number },
    signal: AbortSignal,
  ): Promise<string> {
    const sent = messages.reduce((sum, message) => sum + estimateTokens(textOf(message)), 0);
    const reserved = await quota.reserve(userId, { tokens: sent + maxTokens });
    let text = '';
    let usage: TokenUsage | null = null;
    try {
      const request = {
        messages,
        options: { max_tokens: maxTokens, temperature: 0.3 },
        // A model that thinks would spend all of its room on that.
        ...(model.reasoning && { reasoningEffort: 'none' as const }),
      };
      const answer = await collect(
        models.stream(model, request, AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])),
      );
      ({ text, usage } = answer);
    } catch (error) {
      await reserved.release();
      throw error;
    }
    await reserved.settle({
      model: model.id,
      prompt_tokens: usage?.prompt_tokens ?? sent,
      completion_tokens: usage?.completion_tokens ?? estimateTokens(text),
    });
    return text;
  };
}
