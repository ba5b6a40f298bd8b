import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatBody, ReplyMessage } from '../../../shared/api/chat.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import type { AssistantService } from '../assistants/service.ts';
import type { ModelService } from '../models/service.ts';
import type { ToolService } from '../tools/service.ts';
import type { ConversationRow } from './conversation-repository.ts';
import type { GenerationRepository } from './generation-repository.ts';
import { createOnce, type RequestInfo, type RequestKey } from './idempotency.ts';
import { assisted, modelWish, pinsOf } from './assisted.ts';
import { createAttachments, type AttachmentDeps } from './attachments.ts';
import { createLauncher, type LaunchDeps } from './launch.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';
import type { ChatPolicy, OwnGeneration } from './policy.ts';
import { markOf, presentMessage } from './present.ts';
import type { Leaving, QueuedRow } from './queue-repository.ts';
import { newConversationRow, newMessage, titleFrom } from './rows.ts';
import { createTemporaryChats } from './temporary.ts';

/** How often a run that another process writes is looked at. */
const POLL_MS = 250;

type Deps = LaunchDeps &
  AttachmentDeps & {
    policy: ChatPolicy;
    messages: MessageRepository;
    generations: GenerationRepository;
    models: ModelService;
    tools: Pick<ToolService, 'chosen'>;
    assistants: Pick<AssistantService, 'answering'>;
  };

/** Who asks: what they may use depends on who they are. */
export type Asker = Pick<Actor, 'userId' | 'role'>;

type Again = Pick<ChatBody, 'tools'> & { message_id: string };

type Asked = Omit<ChatBody, 'temporary' | 'messages'>;

export type ChatService = ReturnType<typeof createChatService>;

export function createChatService(deps: Deps) {
  const { policy, messages, generations, engine, models, tools, assistants, context, now } = deps;
  const once = createOnce(generations);
  const launch = createLauncher(deps);
  const attachments = createAttachments(deps);
  const temporaries = createTemporaryChats({ ...deps, attachments });

  /** Refuses before anything is stored, or stores question, answer-to-be and run together and lets it go. */
  async function send(actor: Asker, body: ChatBody, request: RequestInfo): Promise<OwnGeneration> {
    if (body.temporary) return temporaries.send(actor, body, request);
    if (body.messages)
      throw invalidField('messages', 'Only a temporary chat takes them: a conversation knows what was said in it.');
    return once(actor, body, request, (key) => ask(actor, body, { key, request, queued: null }));
  }

  async function ask(
    person: Asker,
    body: Asked,
    how: { key: RequestKey; request: Pick<RequestInfo, 'requestId'>; queued: Leaving | null },
  ): Promise<OwnGeneration> {
    const { userId } = person;
    const isNew = body.conversation_id == null;
    const conversation =
      body.conversation_id == null
        ? newConversation(userId, body)
        : await policy.conversation(person, body.conversation_id);
    const parentId = isNew ? rootOnly(body.parent_id) : await parentFor(conversation, body.parent_id);
    const parts = await attachments(userId, body);
    const assistant = await assistants.answering(person, body.assistant_id, conversation.assistant_id);
    const asked = assisted(assistant, body);
    const model = await models.resolve({ ...modelWish(assistant, body, conversation.model), actor: person });
    const userMessage = newMessage({
      conversationId: conversation.id,
      parentId,
      role: 'user',
      content: body.content,
      at: now(),
      parts,
    });
    const { rows, ...tail } = await context.tail(parentId, model);
    const path = [...rows, userMessage];
    const chosen = { model, tools: await tools.chosen(person, asked.tools) };
    return launch({
      userId,
      conversation,
      isNew,
      path,
      tail,
      userMessage,
      before: null,
      ...chosen,
      assistant,
      pins: pinsOf(body, model.id),
      body: asked,
      ...how,
    });
  }

  /** Another answer to the same question, beside the ones that are there. */
  async function regenerate(
    actor: Asker,
    body: Again & Pick<ChatBody, 'model' | 'assistant_id'>,
    request: RequestInfo,
  ): Promise<OwnGeneration> {
    return once(actor, body, request, async (key) => {
      const message = await policy.message(actor, body.message_id);
      const question = message.role === 'user' ? message : await above(actor, message);
      if (question?.role !== 'user')
        throw invalidField('message_id', 'There is no question above this message to answer again.');
      const asked = message.role === 'assistant' ? (message.model ?? undefined) : undefined;
      return answerAgain(actor, {
        message,
        question,
        named: body,
        asked,
        before: null,
        tools: body.tools,
        key,
        request,
      });
    });
  }

  /** Goes on with an answer that was cut off, in the same message and with the same model. */
  async function continueAnswer(actor: Asker, body: Again, request: RequestInfo): Promise<OwnGeneration> {
    return once(actor, body, request, async (key) => {
      const message = await policy.message(actor, body.message_id);
      const question = await above(actor, message);
      if (!isCutOff(message) || question?.role !== 'user')
        throw new AppError('CONFLICT', { message: 'There is nothing to go on with: this is not a cut-off answer.' });
      const again = { message, question, asked: message.model ?? undefined, before: message };
      return answerAgain(actor, { ...again, named: {}, tools: body.tools, key, request });
    });
  }

  async function answerAgain(
    actor: Asker,
    again: {
      message: MessageRow;
      question: MessageRow;
      named: Pick<ChatBody, 'model' | 'assistant_id'>;
      asked: string | undefined;
      before: MessageRow | null;
      tools: Again['tools'];
      key: RequestKey;
      request: RequestInfo;
    },
  ): Promise<OwnGeneration> {
    const { message, question, named, before, key, request } = again;
    const conversation = await policy.conversation(actor, message.conversation_id);
    const kept = message.role === 'assistant' ? (markOf(message)?.id ?? null) : conversation.assistant_id;
    const assistant = await assistants.answering(actor, named.assistant_id, kept);
    const model = await models.resolve({ ...modelWish(assistant, named, again.asked ?? conversation.model), actor });
    if (before && model.provider.grounded)
      throw new AppError('CONFLICT', {
        message: 'This model writes its answers in one piece.',
        details: { suggestion: 'Let it answer again instead.' },
      });
    const asked = assisted(assistant, { tools: again.tools });
    const chosen = await tools.chosen(actor, asked.tools);
    const { rows: path, ...tail } = await context.tail(question.id, model);
    const same = { isNew: false, userMessage: null, queued: null, assistant, pins: {}, body: asked };
    return launch({
      userId: actor.userId,
      conversation,
      path,
      tail,
      before,
      model,
      tools: chosen,
      key,
      request,
      ...same,
    });
  }

  const above = async ({ userId }: Asker, { parent_id }: MessageRow): Promise<MessageRow | undefined> =>
    parent_id === null ? undefined : messages.findOwned(userId, parent_id);

  const newConversation = (userId: string, { content }: Asked): ConversationRow =>
    newConversationRow({ user_id: userId, title: titleFrom(content), title_by_user: 0, at: now() });

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
    continueAnswer,

    /** Sends what waited in the queue, below the newest message. CONFLICT when another process was quicker, or it has to wait on. */
    sendQueued: (
      person: Asker,
      row: QueuedRow,
      { fileIds, afterFailure }: { fileIds: string[]; afterFailure: boolean },
    ): Promise<OwnGeneration> =>
      ask(
        person,
        {
          content: row.content,
          conversation_id: row.conversation_id,
          ...(row.model !== null && { model: row.model }),
          file_ids: fileIds,
          ...(row.asked !== null &&
            (JSON.parse(row.asked) as Pick<ChatBody, 'tools' | 'collection_ids' | 'web_search'>)),
        },
        {
          key: { idempotency_key: null, body_hash: null },
          request: { requestId: row.id },
          queued: { id: row.id, afterFailure },
        },
      ),

    /** Ends a run; what was written is kept. Resolves when that is stored, if it runs in this process. */
    async stop(generation: OwnGeneration): Promise<void> {
      if (generation.status !== 'running') return;
      await engine.stop(generation.id);
    },

    /** Waits for the end of a run, wherever it is written; a failure is thrown, and what was written is kept all the same. */
    async result(generation: OwnGeneration): Promise<{ user_message: ReplyMessage; message: ReplyMessage }> {
      await engine.ended(generation.id);
      const [question, reply] =
        generation.conversation_id === null ? temporaries.said(generation.id) : await storedResult(generation);
      if (!question || !reply) throw new AppError('MESSAGE_NOT_FOUND');
      if (reply.status === 'failed' && reply.error)
        throw new AppError(reply.error.code, { message: reply.error.message });
      return { user_message: question, message: reply };
    },
  };

  async function storedResult(generation: OwnGeneration): Promise<ReplyMessage[]> {
    while ((await generations.find(generation.id))?.status === 'running') await sleep(POLL_MS);
    return (await messages.up(generation.message_id, 2)).toReversed().map(presentMessage);
  }
}

function rootOnly(parentId: string | null | undefined): null {
  if (parentId) throw invalidField('parent_id', 'A parent needs the conversation_id that it is in.');
  return null;
}

const isCutOff = ({ role, status, content, finish_reason }: MessageRow): boolean =>
  role === 'assistant' &&
  content !== '' &&
  (status === 'stopped' ||
    status === 'interrupted' ||
    status === 'failed' ||
    (status === 'complete' && finish_reason === 'length'));
