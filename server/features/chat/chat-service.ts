import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatBody, Message, MessagePart } from '../../../shared/api/chat.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { grant, type Actor } from '../../http-kit/actor.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LlmMessage } from '../../platform/llm/driver.ts';
import type { FileService } from '../files/service.ts';
import type { ModelService, ResolvedModel } from '../models/service.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { Question } from './answer.ts';
import type { ConversationRow } from './conversation-repository.ts';
import type { Ending, GenerationEngine } from './generation-engine.ts';
import type { GenerationRepository, GenerationRow } from './generation-repository.ts';
import { costOf, estimateCall } from './cost.ts';
import { createOnce, type RequestInfo, type RequestKey } from './idempotency.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';
import type { ChatPolicy, OwnGeneration } from './policy.ts';
import { partsOf, presentMessage } from './present.ts';
import { newMessage, titleFrom } from './rows.ts';
import type { ChatStore } from './store.ts';

/** How often a run that another process writes is looked at. */
const POLL_MS = 250;

type Deps = {
  policy: ChatPolicy;
  messages: MessageRepository;
  generations: GenerationRepository;
  store: ChatStore;
  engine: GenerationEngine;
  answer: (live: LiveGeneration, question: Question) => Promise<Ending>;
  models: ModelService;
  files: FileService;
  quota: Pick<QuotaService, 'reserve'>;
  events: EventBus;
  now: Clock;
};

/** All that has to be known before anything is stored. */
type Plan = {
  actor: Actor;
  conversation: ConversationRow;
  isNew: boolean;
  /** From the root to the question. */
  path: MessageRow[];
  /** The last of the path, when it is new. */
  userMessage: MessageRow | null;
  model: ResolvedModel;
  pinModel: boolean;
  body: { system?: string | undefined; options?: ChatBody['options'] };
  key: RequestKey;
  request: RequestInfo;
};

export type ChatService = ReturnType<typeof createChatService>;

export function createChatService(deps: Deps) {
  const { policy, messages, generations, store, engine, answer, models, files, quota, events, now } = deps;

  const once = createOnce(generations);

  /** Refuses before anything is stored, or stores question, answer-to-be and run together and lets it go. */
  async function send(actor: Actor, body: ChatBody, request: RequestInfo): Promise<OwnGeneration> {
    return once(actor, body, request, async (key) => {
      const conversation = body.conversation_id
        ? await policy.conversation(actor, body.conversation_id)
        : newConversation(actor, body);
      const isNew = body.conversation_id === undefined;
      const parentId = isNew ? rootOnly(body.parent_id) : await parentFor(conversation, body.parent_id);
      const before = parentId === null ? [] : await messages.pathTo(parentId);
      const attached = body.file_ids?.length ? await files.owned(actor.userId, body.file_ids) : [];
      const parts = attached.map(({ id, filename }): MessagePart => ({ type: 'file', file_id: id, filename }));
      const model = await models.resolve({
        requested: body.model,
        conversation: conversation.model ?? undefined,
        actor,
      });
      const userMessage = newMessage({
        conversationId: conversation.id,
        parentId,
        role: 'user',
        content: body.content,
        at: now(),
        parts,
      });
      const path = [...before, userMessage];
      return launch({
        actor,
        conversation,
        isNew,
        path,
        userMessage,
        model,
        pinModel: body.model !== undefined,
        body,
        key,
        request,
      });
    });
  }

  /** Another answer to the same question, beside the ones that are there. */
  async function regenerate(
    actor: Actor,
    body: { message_id: string; model?: string | undefined },
    request: RequestInfo,
  ): Promise<OwnGeneration> {
    return once(actor, body, request, async (key) => {
      const message = await policy.message(actor, body.message_id);
      const conversation = await policy.conversation(actor, message.conversation_id);
      const questionId = message.role === 'user' ? message.id : message.parent_id;
      const path = questionId === null ? [] : await messages.pathTo(questionId);
      if (path.at(-1)?.role !== 'user')
        throw invalidField('message_id', 'There is no question above this message to answer again.');
      const before = message.role === 'assistant' ? (message.model ?? undefined) : undefined;
      const model = await models.resolve({
        requested: body.model,
        conversation: before ?? conversation.model ?? undefined,
        actor,
      });
      return launch({
        actor,
        conversation,
        isNew: false,
        path,
        userMessage: null,
        model,
        pinModel: false,
        body: {},
        key,
        request,
      });
    });
  }

  async function launch(plan: Plan): Promise<OwnGeneration> {
    const { actor, conversation, path, userMessage, model, request } = plan;
    const startedAt = now();
    const question = path.at(-1);
    if (!question) throw new AppError('INTERNAL_ERROR');
    const generationId = newId();
    const reply: MessageRow = {
      ...newMessage({
        conversationId: conversation.id,
        parentId: question.id,
        role: 'assistant',
        content: '',
        at: startedAt,
      }),
      status: 'streaming',
      model: model.id,
      provider: model.provider.id,
      generation_id: generationId,
    };
    const generation: GenerationRow = {
      id: generationId,
      user_id: actor.userId,
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
    const sent = [plan.body.system ?? '', ...path.map(({ content }) => content)];
    const reserved = await quota.reserve(actor.userId, { tokens: estimateCall(sent, plan.body.options?.max_tokens) });
    try {
      await store.begin({
        conversation,
        isNew: plan.isNew,
        changes: { updated_at: startedAt, ...(plan.pinModel && { model: model.id }) },
        messages: userMessage ? [userMessage, reply] : [reply],
        generation,
      });
    } catch (error) {
      await reserved.release();
      throw error;
    }
    const ids = { id: generationId, userId: actor.userId, conversationId: conversation.id, messageId: reply.id };
    engine.begin(ids, async (live) => {
      live.emit({
        event: 'meta',
        data: {
          generation_id: generationId,
          conversation_id: conversation.id,
          user_message_id: question.id,
          message_id: reply.id,
          model: model.id,
          provider: model.provider.id,
          model_reason: model.reason,
          request_id: request.requestId,
        },
      });
      const ending = await answer(live, {
        model,
        history: path.filter(({ content }) => content).map(({ role, content }): LlmMessage => ({ role, content })),
        system: plan.body.system,
        options: plan.body.options,
        fileIds: attachedTo(path),
        title: plan.isNew ? conversation.title : null,
        requestId: request.requestId,
        startedAt,
      });
      await reserved.settle({ model: model.id, ...costOf(ending, sent) });
      return ending;
    });
    const { user_id, conversation_id, status } = generation;
    events.publish('generation.updated', { user_id, generation_id: generationId, conversation_id, status });
    events.publish('conversation.updated', { user_id, conversation_id });
    return grant(generation);
  }

  const newConversation = (actor: Actor, { content }: ChatBody): ConversationRow => ({
    id: newId(),
    user_id: actor.userId,
    title: titleFrom(content),
    title_by_user: 0,
    model: null,
    pinned: 0,
    archived: 0,
    created_at: now(),
    updated_at: now(),
  });

  async function parentFor(conversation: ConversationRow, asked: string | null | undefined): Promise<string | null> {
    if (asked === null) return null;
    const parent =
      asked === undefined
        ? await messages.newest(conversation.id)
        : await messages.findOwned(conversation.user_id, asked);
    if (asked !== undefined && parent?.conversation_id !== conversation.id) throw new AppError('MESSAGE_NOT_FOUND');
    if (parent?.status === 'streaming') {
      throw new AppError('CONFLICT', {
        message: 'The answer before this is still being written.',
        details: { suggestion: 'Wait until it has ended, or stop it.' },
      });
    }
    return parent?.id ?? null;
  }

  return {
    send,
    regenerate,

    /** Ends a run; what was written is kept. Resolves when that is stored, if it runs in this process. */
    async stop(generation: OwnGeneration): Promise<void> {
      if (generation.status !== 'running') return;
      await engine.stop(generation.id);
      await engine.ended(generation.id);
    },

    /** Waits for the end of a run, wherever it is written; a failure is thrown, and what was written is kept all the same. */
    async result(generation: OwnGeneration): Promise<{ user_message: Message; message: Message }> {
      await engine.ended(generation.id);
      while ((await generations.find(generation.id))?.status === 'running') await sleep(POLL_MS);
      const path = await messages.pathTo(generation.message_id);
      const [question, reply] = path.slice(-2);
      if (!question || !reply) throw new AppError('MESSAGE_NOT_FOUND');
      const message = presentMessage(reply);
      if (message.status === 'failed' && message.error)
        throw new AppError(message.error.code, { message: message.error.message });
      return { user_message: presentMessage(question), message };
    },
  };
}

function rootOnly(parentId: string | null | undefined): null {
  if (parentId) throw invalidField('parent_id', 'A parent needs the conversation_id that it is in.');
  return null;
}

const attachedTo = (path: readonly MessageRow[]): string[] => [
  ...new Set(path.flatMap((row) => partsOf(row).flatMap((part) => (part.type === 'file' ? [part.file_id] : [])))),
];
