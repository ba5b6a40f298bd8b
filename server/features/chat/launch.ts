import type { ChatBody, MessagePart } from '../../../shared/api/chat.ts';
import { grant } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LlmMessage } from '../../platform/llm/driver.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import type { ResolvedModel } from '../models/service.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { Question } from './answer.ts';
import { costOf, estimateCall } from './cost.ts';
import type { ConversationRow } from './conversation-repository.ts';
import type { Ending, GenerationEngine } from './generation-engine.ts';
import type { GenerationRow } from './generation-repository.ts';
import type { RequestInfo, RequestKey } from './idempotency.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { MessageRow } from './message-repository.ts';
import type { OwnGeneration } from './policy.ts';
import { partsOf } from './present.ts';
import { newMessage } from './rows.ts';
import type { ChatStore } from './store.ts';

export type LaunchDeps = {
  store: Pick<ChatStore, 'begin'>;
  engine: GenerationEngine;
  answer: (live: LiveGeneration, question: Question) => Promise<Ending>;
  quota: Pick<QuotaService, 'reserve'>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

/** All that has to be known before anything is stored. */
export type Plan = {
  userId: string;
  conversation: ConversationRow;
  isNew: boolean;
  /** From the root to the question. */
  path: MessageRow[];
  /** The last of the path, when it is new. */
  userMessage: MessageRow | null;
  queuedId: string | null;
  /** The answer to go on with; null begins another one. */
  before: MessageRow | null;
  model: ResolvedModel;
  pinModel: boolean;
  body: { system?: string | undefined; options?: ChatBody['options'] };
  key: RequestKey;
  request: Pick<RequestInfo, 'requestId'>;
};

/** Stores question, answer-to-be and run together, and lets the run go. */
export function createLauncher({ store, engine, answer, quota, events, now }: LaunchDeps) {
  return async function launch(plan: Plan): Promise<OwnGeneration> {
    const { userId, conversation, path, userMessage, before, model } = plan;
    const startedAt = now();
    const question = path.at(-1);
    if (!question) throw new AppError('INTERNAL_ERROR');
    const generationId = newId();
    const reply = replyOf(plan, question, generationId, startedAt);
    const generation: GenerationRow = {
      id: generationId,
      user_id: userId,
      conversation_id: conversation.id,
      message_id: reply.id,
      status: 'running',
      owner: engine.owner,
      heartbeat_at: startedAt,
      cancel_requested: 0,
      ...plan.key,
      created_at: startedAt,
      finished_at: null,
    };
    const sent = [plan.body.system ?? '', ...path.map(({ content }) => content), before?.content ?? ''];
    const reserved = await quota.reserve(userId, { tokens: estimateCall(sent, plan.body.options?.max_tokens) });
    try {
      await store.begin({
        conversation,
        isNew: plan.isNew,
        queuedId: plan.queuedId,
        reopened: before && reply,
        changes: { updated_at: startedAt, ...(plan.pinModel && { model: model.id }) },
        messages: [...(userMessage ? [userMessage] : []), ...(before ? [] : [reply])],
        generation,
      });
    } catch (error) {
      await reserved.release();
      throw error;
    }
    const ids = { id: generationId, userId, conversationId: conversation.id, messageId: reply.id };
    engine.begin(ids, async (live) => {
      live.emit(metaOf(live, { userMessageId: question.id, model, requestId: plan.request.requestId }));
      const ending = await answer(live, {
        model,
        history: path.filter(({ content }) => content).map(({ role, content }): LlmMessage => ({ role, content })),
        system: plan.body.system,
        options: plan.body.options,
        fileIds: attachedTo(path),
        collectionIds: askedOf(path),
        webSearch: partsOf(question).some(({ type }) => type === 'web_search'),
        title: plan.isNew ? conversation.title : null,
        requestId: plan.request.requestId,
        startedAt,
        ...(before && { before: { ...before, ...writtenOf(before) } }),
      });
      await reserved.settle(costOf(ending, { model: model.id, sent, before: before?.content.length ?? 0 }));
      return ending;
    });
    events.publish('generation.updated', {
      user_id: userId,
      generation_id: generationId,
      conversation_id: conversation.id,
      status: generation.status,
    });
    events.publish('conversation.updated', { user_id: userId, conversation_id: conversation.id });
    return grant(generation);
  };
}

/** The first event of every stream. */
export const metaOf = (
  live: LiveGeneration,
  known: { userMessageId: string | null; model: ResolvedModel; requestId: string },
) =>
  ({
    event: 'meta',
    data: {
      generation_id: live.id,
      conversation_id: live.conversationId,
      user_message_id: known.userMessageId,
      message_id: live.messageId,
      model: known.model.id,
      provider: known.model.provider.id,
      model_reason: known.model.reason,
      request_id: known.requestId,
    },
  }) as const;

function replyOf(
  { before, conversation, model }: Plan,
  question: MessageRow,
  generationId: string,
  at: number,
): MessageRow {
  const fresh = { conversationId: conversation.id, parentId: question.id, role: 'assistant', content: '', at } as const;
  return {
    ...(before ?? newMessage(fresh)),
    status: 'streaming',
    model: model.id,
    provider: model.provider.id,
    generation_id: generationId,
    updated_at: at,
  };
}

const writtenOf = (row: MessageRow) => ({
  content: row.content,
  reasoning: partsOf(row)
    .flatMap((part: MessagePart) => (part.type === 'reasoning' ? [part.text] : []))
    .join(''),
  sources: JSON.parse(row.sources) as Passage[],
});

const attachedTo = (path: readonly MessageRow[]): string[] => [
  ...new Set(path.flatMap((row) => partsOf(row).flatMap((part) => (part.type === 'file' ? [part.file_id] : [])))),
];

const askedOf = (path: readonly MessageRow[]): string[] => [
  ...new Set(
    path.flatMap((row) => partsOf(row).flatMap((part) => (part.type === 'collection' ? [part.collection_id] : []))),
  ),
];
