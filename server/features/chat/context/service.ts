import type { Kysely } from 'kysely';
import type { ContextReply } from '../../../../shared/api/context.ts';
import type { DB } from '../../../db/schema.ts';
import type { Actor } from '../../../http-kit/actor.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { ModelService, ResolvedModel } from '../../models/service.ts';
import type { LiveGeneration } from '../live-generation.ts';
import type { MessageRepository } from '../message-repository.ts';
import type { OwnConversation, OwnMessage } from '../policy.ts';
import { usedBy } from './calibrate.ts';
import { createCompactor, presentSummary, tooLong, type Fitted, type Wanted } from './compact.ts';
import { earlierTurns } from './prompt.ts';
import { createContextRepository } from './repository.ts';
import { emptyTail, readTail, type Tail } from './tail.ts';
import { estimateTokens } from '../../../lib/text/tokens.ts';
import { exactCounter, MESSAGE_FRAME } from './tokens.ts';
import { readingBudget, windowOf } from './window.ts';

type Deps = {
  db: Kysely<DB>;
  messages: Pick<MessageRepository, 'up' | 'newest'>;
  models: Pick<ModelService, 'stream' | 'resolve'>;
  /** What is remembered of the person, as it goes before a model. */
  remembered(userId: string, question: string): Promise<string>;
  now: Clock;
};

export type ContextService = ReturnType<typeof createContextService>;

/** What a model sees of a conversation: as much as its window takes, and a summary of what came before. */
export function createContextService({ db, messages, models, remembered, now }: Deps) {
  const summaries = createContextRepository(db);
  const compact = createCompactor({ models, repository: summaries, now });

  const tail = (leafId: string | null, model: ResolvedModel): Promise<Tail> =>
    leafId === null ? Promise.resolve(emptyTail) : readTail({ messages, summaries }, leafId, readingBudget(model));

  return {
    tail,

    /** PAYLOAD_TOO_LARGE for a question that no summary of what came before can make room for. */
    async check(model: ResolvedModel, said: readonly string[], maxTokens: number | undefined): Promise<void> {
      if (model.provider.grounded) return;
      const { limit, answer } = windowOf(model, maxTokens);
      const room = limit - answer - MESSAGE_FRAME;
      const text = said.join('\n');
      const estimated = estimateTokens(text);
      if (estimated <= room) return;
      // Far beyond it nobody needs to count.
      const exact = estimated > 4 * room ? null : await exactCounter(model);
      const tokens = exact ? await exact(text) : estimated;
      if (tokens > room) throw tooLong(tokens, room, model);
    },

    /** Makes what was said fit, and tells whoever watches where older turns were summarised for it. */
    async fit(live: LiveGeneration, wanted: Omit<Wanted, 'conversationId' | 'signal'>): Promise<Fitted> {
      const fitted = await compact({ ...wanted, conversationId: live.conversationId, signal: live.signal });
      if (fitted.made) live.emit({ event: 'summary', data: fitted.made });
      return fitted;
    },

    remembered,

    /** How full the window is, where the next question would stand. */
    async describe(
      actor: Actor,
      conversation: OwnConversation,
      leaf: OwnMessage | null,
      requested: string | undefined,
    ): Promise<ContextReply> {
      const model = await models.resolve({ requested, conversation: conversation.model ?? undefined, actor });
      const end = leaf ?? (await messages.newest(conversation.id));
      const read = await tail(end?.id ?? null, model);
      const { limit, answer, assumed } = windowOf(model);
      const summary = read.summary && presentSummary(read.summary);
      const memory = conversation.memory === 1 ? await remembered(actor.userId, read.rows.at(-1)?.content ?? '') : '';
      const parts = [
        { kind: 'summary' as const, tokens: summary ? estimateTokens(earlierTurns(summary)) : 0 },
        { kind: 'memories' as const, tokens: estimateTokens(memory) },
        { kind: 'messages' as const, tokens: usedBy(read, model.id) },
      ].filter(({ tokens }) => tokens > 0);
      const used = parts.reduce((sum, { tokens }) => sum + tokens, 0);
      return {
        model: model.id,
        used,
        limit,
        assumed,
        parts: [...parts, { kind: 'answer', tokens: answer }],
        summary,
      };
    },

    /** After a message was changed. */
    forget: summaries.forget,
  };
}
