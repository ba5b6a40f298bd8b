import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatBody } from '../../../shared/api/chat.ts';
import { grant } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LlmMessage } from '../../platform/llm/driver.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import type { Assisting } from '../assistants/service.ts';
import type { ResolvedModel } from '../models/service.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { Tool } from '../tools/tool.ts';
import type { Question } from './answer.ts';
import { costOf, estimateCall } from './cost.ts';
import type { Turn } from './context/compact.ts';
import type { ContextService } from './context/service.ts';
import { filesOf, type Tail } from './context/tail.ts';
import type { ConversationRow } from './conversation-repository.ts';
import type { Ending, GenerationEngine } from './generation-engine.ts';
import type { GenerationRow } from './generation-repository.ts';
import type { RequestInfo, RequestKey } from './idempotency.ts';
import { writtenOf } from './frames.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { MessageRow } from './message-repository.ts';
import type { OwnGeneration } from './policy.ts';
import { partsOf } from './present.ts';
import type { Leaving } from './queue-repository.ts';
import { newMessage } from './rows.ts';
import type { ChatStore } from './store.ts';
import { turnsOf } from './tool-rounds.ts';

export type LaunchDeps = {
  store: Pick<ChatStore, 'begin'>;
  engine: GenerationEngine;
  answer: (live: LiveGeneration, question: Question) => Promise<Ending>;
  quota: Pick<QuotaService, 'reserve'>;
  context: Pick<ContextService, 'tail' | 'check'>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

/** All that has to be known before anything is stored. */
export type Plan = {
  userId: string;
  conversation: ConversationRow;
  isNew: boolean;
  /** What a model may see of it, to the question. */
  path: readonly MessageRow[];
  /** What stands for everything before that. */
  tail: Omit<Tail, 'rows'>;
  /** The last of the path, when it is new. */
  userMessage: MessageRow | null;
  queued: Leaving | null;
  /** The answer to go on with; null begins another one. */
  before: MessageRow | null;
  model: ResolvedModel;
  /** Who answers; null: the model as it is. */
  assistant: Assisting | null;
  /** What the conversation keeps of how it was asked. */
  pins: Partial<Pick<ConversationRow, 'model' | 'assistant_id'>>;
  tools: readonly Tool[];
  body: { system?: string | undefined; options?: ChatBody['options'] };
  key: RequestKey;
  request: Pick<RequestInfo, 'requestId'>;
};

/**
 * Whether this start can fail for no reason but the database: nothing of it was there before, and nobody else can be starting
 * the same. Then the model is asked while the record is being stored. Nothing is shown, and no tool called, before it is.
 */
const isAlone = ({ queued, before, key }: Plan): boolean =>
  queued === null && before === null && key.idempotency_key === null;

/** Stores question, answer-to-be and run together, and lets the run go. */
export function createLauncher({ store: { begin }, engine, answer, quota, context, events, now }: LaunchDeps) {
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
    const { options, system = '' } = plan.body;
    await context.check(model, [system, question.content], options?.max_tokens);
    const sent = [system, plan.tail.summary?.text ?? '', ...path.map(({ content }) => content), before?.content ?? ''];
    const reserved = await quota.reserve(userId, { tokens: estimateCall(sent, options?.max_tokens) });
    const store = async (): Promise<void> => {
      try {
        await begin({
          conversation,
          isNew: plan.isNew,
          queued: plan.queued,
          reopened: before && reply,
          changes: { updated_at: startedAt, leaf_id: null, ...plan.pins },
          messages: [...(userMessage ? [userMessage] : []), ...(before ? [] : [reply])],
          generation,
        });
      } catch (error) {
        await reserved.release();
        throw error;
      }
    };
    const record = store();
    // The disk takes longer than all else here, so it is asked first: in the next turn the record is on its way there.
    await (isAlone(plan) ? Promise.race([record, nextTurn()]) : record);
    const ids = {
      id: generationId,
      userId,
      conversationId: conversation.id,
      messageId: reply.id,
      isFirst: before === null,
      question: { content: question.content, parentId: question.parent_id },
    };
    const turns = path.flatMap((row): Turn[] => {
      const messages = turnOf(row, plan.tools.length > 0);
      return messages.length ? [{ row, messages }] : [];
    });
    const work = async (live: LiveGeneration): Promise<Ending> => {
      const { assistant } = plan;
      const { requestId } = plan.request;
      live.emit(metaOf(live, { userMessageId: question.id, model, assistant, requestId }));
      const ending = await answer(live, {
        model,
        history: turns.flatMap(({ messages }) => messages),
        turns,
        tail: plan.tail,
        remembers: conversation.memory === 1,
        system: plan.body.system,
        options: plan.body.options,
        tools: plan.tools,
        fileIds: [...new Set([...plan.tail.fileIds, ...filesOf(path)])],
        collectionIds: askedOf(path),
        background: plan.assistant?.background ?? null,
        webSearch: partsOf(question).some(({ type }) => type === 'web_search'),
        title: plan.isNew ? conversation.title : null,
        requestId: plan.request.requestId,
        startedAt,
        record,
        ...(before && { before: { ...before, ...stored(before) } }),
      });
      await reserved.settle(costOf(ending, { model: model.id, sent, before: before?.content.length ?? 0 }));
      return ending;
    };
    engine.begin(ids, work, record);
    await record;
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
  known: { userMessageId: string | null; model: ResolvedModel; assistant: Assisting | null; requestId: string },
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
      ...(known.assistant && { assistant: known.assistant.mark }),
    },
  }) as const;

function replyOf(
  { before, conversation, model, assistant }: Plan,
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
    ...(!before && { assistant: assistant && JSON.stringify(assistant.mark) }),
    generation_id: generationId,
    updated_at: at,
  };
}

/** What was said, and for one who has tools what they said to it, too. */
const turnOf = (row: MessageRow, withTools: boolean): LlmMessage[] => {
  const { tools } = stored(row);
  if (!row.content && !(withTools && tools.length)) return [];
  return row.role === 'user' ? [{ role: 'user', content: row.content }] : turnsOf(row.content, withTools ? tools : []);
};

const askedOf = (path: readonly MessageRow[]): string[] => [
  ...new Set(
    path.flatMap((row) => partsOf(row).flatMap((part) => (part.type === 'collection' ? [part.collection_id] : []))),
  ),
];

const stored = (row: MessageRow) => writtenOf(row.content, partsOf(row), JSON.parse(row.sources) as Passage[]);
