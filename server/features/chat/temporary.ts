import { createHash } from 'node:crypto';
import type { ChatBody, ReplyMessage } from '../../../shared/api/chat.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { AssistantService } from '../assistants/service.ts';
import type { ModelService } from '../models/service.ts';
import type { ToolService } from '../tools/service.ts';
import type { RequestInfo } from './idempotency.ts';
import { assisted, modelWish } from './assisted.ts';
import type { Attachments } from './attachments.ts';
import type { Asker } from './chat-service.ts';
import { emptyTail } from './context/tail.ts';
import { costOf, estimateCall } from './cost.ts';
import { metaOf, type LaunchDeps } from './launch.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { MessageRow } from './message-repository.ts';
import { temporary, type OwnGeneration } from './policy.ts';
import { presentMessage } from './present.ts';
import { newMessage } from './rows.ts';

type Deps = Pick<LaunchDeps, 'engine' | 'answer' | 'quota' | 'context' | 'now'> & {
  models: ModelService;
  attachments: Attachments;
  tools: Pick<ToolService, 'chosen'>;
  assistants: Pick<AssistantService, 'answering'>;
};

/**
 * Chats of which nothing is stored: the page keeps what was said and sends it along. A run is in the memory of this process
 * alone, for its own time and a moment longer; who knows its id can come back to it until then.
 */
export function createTemporaryChats({
  engine,
  answer,
  quota,
  context,
  models,
  attachments,
  tools,
  assistants,
  now,
}: Deps) {
  const said = new WeakMap<LiveGeneration, readonly [MessageRow, MessageRow]>();
  /** What an Idempotency-Key began, as long as it is there. */
  const begun = new Map<string, { hash: string; run: Promise<LiveGeneration> }>();

  async function send(person: Asker, body: ChatBody, request: RequestInfo): Promise<OwnGeneration> {
    if (body.conversation_id) throw invalidField('conversation_id', 'A temporary chat is in no conversation.');
    if (body.parent_id) throw invalidField('parent_id', 'A temporary chat has no stored messages.');
    return temporary(await once(person, body, request));
  }

  async function once(person: Asker, body: ChatBody, request: RequestInfo): Promise<LiveGeneration> {
    if (request.idempotencyKey === undefined) return begin(person, body, request);
    const key = JSON.stringify([person.userId, request.route, request.idempotencyKey]);
    const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const earlier = begun.get(key);
    if (earlier && earlier.hash !== hash) throw new AppError('IDEMPOTENCY_MISMATCH');
    if (earlier) return earlier.run;
    const run = begin(person, body, request);
    begun.set(key, { hash, run });
    const forget = (): void => void begun.delete(key);
    run.then((live) => engine.ended(live.id)).then(forget, forget);
    return run;
  }

  async function begin(person: Asker, body: ChatBody, request: RequestInfo): Promise<LiveGeneration> {
    const { userId } = person;
    const parts = await attachments(userId, body);
    const assistant = await assistants.answering(person, body.assistant_id, null);
    const { system, options, tools: names } = assisted(assistant, body);
    const model = await models.resolve({ ...modelWish(assistant, body, null), actor: person });
    const chosen = await tools.chosen(person, names);
    const history = [...(body.messages ?? []), { role: 'user' as const, content: body.content }].filter(
      ({ content }) => content,
    );
    const sent = [system ?? '', ...history.map(({ content }) => content)];
    await context.check(model, sent, options?.max_tokens);
    const reserved = await quota.reserve(userId, { tokens: estimateCall(sent, options?.max_tokens) });
    const startedAt = now();
    const common = { conversationId: '', at: startedAt };
    const question = newMessage({ ...common, parentId: null, role: 'user', content: body.content, parts });
    const reply: MessageRow = {
      ...newMessage({ ...common, parentId: question.id, role: 'assistant', content: '' }),
      model: model.id,
      provider: model.provider.id,
      assistant: assistant && JSON.stringify(assistant.mark),
      generation_id: newId(),
    };
    const ids = {
      id: reply.generation_id ?? '',
      userId,
      conversationId: null,
      messageId: reply.id,
      isFirst: true,
      question: { content: body.content, parentId: null },
    };
    const turns = history.map(({ role, content }) => ({
      row: newMessage({ ...common, parentId: null, role, content }),
      messages: [{ role, content }],
    }));
    const live = engine.begin(ids, async (run) => {
      run.emit(metaOf(run, { userMessageId: null, model, assistant, requestId: request.requestId }));
      const ending = await answer(run, {
        model,
        history,
        turns,
        tail: emptyTail,
        record: Promise.resolve(),
        remembers: false,
        system,
        options,
        tools: chosen,
        fileIds: parts.flatMap((part) => (part.type === 'file' ? [part.file_id] : [])),
        collectionIds: parts.flatMap((part) => (part.type === 'collection' ? [part.collection_id] : [])),
        background: assistant?.background ?? null,
        webSearch: body.web_search === true,
        title: null,
        requestId: request.requestId,
        startedAt,
      });
      Object.assign(reply, ending.message);
      await reserved.settle(costOf(ending, { model: model.id, sent, before: 0 }));
      return ending;
    });
    said.set(live, [question, reply]);
    return live;
  }

  return {
    send,
    /** Question and answer of a run that has just ended. */
    said(id: string): ReplyMessage[] {
      const live = engine.live(id);
      const rows = live && said.get(live);
      return (rows ?? []).map((row) => ({ ...presentMessage(row), conversation_id: null }));
    },
  };
}
