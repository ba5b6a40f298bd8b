import type { Actor } from '../../../http-kit/actor.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { EventBus } from '../../../platform/events/driver.ts';
import type { JobQueue } from '../../../platform/jobs/driver.ts';
import type { MemoryService } from '../../memories/service.ts';
import type { ModelService } from '../../models/service.ts';
import type { ConversationRepository, ConversationRow } from '../conversation-repository.ts';
import type { GenerationEngine } from '../generation-engine.ts';
import type { LiveGeneration } from '../live-generation.ts';
import type { MessageRepository, MessageRow } from '../message-repository.ts';
import type { OwnMessage } from '../policy.ts';
import { titleFrom } from '../rows.ts';
import { FOLLOW_UP_TOKENS, followUpRequest, readFollowUps } from './follow-ups.ts';
import { LEARN_TOKENS, learnRequest, readFacts } from './learn.ts';
import type { SideCall } from './side-call.ts';
import { readTitle, TITLE_TOKENS, titleRequest } from './titles.ts';

declare module '../../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'chat.after-answer': { user_id: string; message_id: string };
  }
}

type Person = Pick<Actor, 'userId' | 'role'>;

type Deps = {
  conversations: ConversationRepository;
  messages: MessageRepository;
  engine: Pick<GenerationEngine, 'onAnswer'>;
  memories: Pick<MemoryService, 'settings' | 'learns' | 'remember' | 'recall'>;
  /** What a person asks to be remembered, in so many words. */
  askedToRemember(content: string): string | null;
  models: Pick<ModelService, 'resolve'>;
  ask: SideCall;
  /** Whether a model names conversations; their first words do otherwise. */
  titlesByModel: boolean;
  /** Who the person is now. Throws for who may not work here any more. */
  standing(userId: string): Promise<Person>;
  events: EventBus;
  jobs: JobQueue;
  logger: Pick<Logger, 'error' | 'debug'>;
};

export type AfterAnswer = ReturnType<typeof createAfterAnswer>;

/** What happens once an answer is there, and never delays it: its conversation gets a name, and what is to be remembered is. */
export function createAfterAnswer(deps: Deps) {
  const { conversations, messages, engine, memories, models, ask, events, jobs, logger } = deps;

  async function enqueue({ userId, messageId, question }: LiveGeneration): Promise<void> {
    if (!(await isAnythingDue(userId, question))) return;
    await jobs.enqueue(
      'chat.after-answer',
      { user_id: userId, message_id: messageId },
      { dedupeKey: `after-answer:${messageId}`, maxAttempts: 2 },
    );
  }

  engine.onAnswer((generation) => {
    enqueue(generation).catch((error: unknown) =>
      logger.error({ err: error }, 'what follows an answer could not be put on the list'),
    );
  });

  /** Most answers have no epilogue, and a job is more work than to see that. */
  async function isAnythingDue(userId: string, question: LiveGeneration['question']): Promise<boolean> {
    if (deps.titlesByModel && question.parentId === null) return true;
    if (deps.askedToRemember(question.content) !== null) return true;
    return memories.learns(userId);
  }

  const modelOf = async (person: Person, { model }: MessageRow) => {
    const resolved = await models.resolve({ conversation: model ?? undefined, actor: person });
    return resolved.provider.grounded ? null : resolved;
  };

  async function name(
    person: Person,
    conversation: ConversationRow,
    [question, answer]: readonly [MessageRow, MessageRow],
    signal: AbortSignal,
  ): Promise<void> {
    const isFirst = question.parent_id === null && conversation.title === titleFrom(question.content);
    if (!deps.titlesByModel || conversation.title_by_user === 1 || !isFirst) return;
    const model = await modelOf(person, answer);
    if (!model) return;
    const messages = titleRequest(question.content, answer.content);
    const title = readTitle(await ask(person.userId, model, { messages, maxTokens: TITLE_TOKENS }, signal));
    if (title === null || !(await conversations.nameUnlessNamed(conversation.id, title))) return;
    events.publish('conversation.updated', { user_id: person.userId, conversation_id: conversation.id });
  }

  async function remember(
    person: Person,
    conversation: ConversationRow,
    [question, answer]: readonly [MessageRow, MessageRow],
    signal: AbortSignal,
  ): Promise<void> {
    const { enabled, learns } = await memories.settings(person);
    if (!enabled || conversation.memory === 0) return;
    const conversationId = conversation.id;
    const asked = deps.askedToRemember(question.content);
    if (asked !== null) return keep(person, asked, { origin: 'said', conversationId });
    const model = learns ? await modelOf(person, answer) : null;
    if (!model) return;
    const known = await memories.recall(person.userId, question.content);
    const learn = { messages: learnRequest(question.content, known), maxTokens: LEARN_TOKENS };
    for (const fact of readFacts(await ask(person.userId, model, learn, signal)))
      await keep(person, fact, { origin: 'learned', conversationId });
  }

  /** What is remembered already, or has no room, is passed over. */
  async function keep(person: Person, fact: string, from: Parameters<MemoryService['remember']>[2]): Promise<void> {
    try {
      await memories.remember(person, fact, from);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error;
    }
  }

  jobs.handle('chat.after-answer', async ({ user_id, message_id }, { signal }) => {
    const [answer, question] = await messages.up(message_id, 2);
    const conversation = answer && (await conversations.findOwned(user_id, answer.conversation_id));
    if (!conversation || question?.role !== 'user' || answer?.status !== 'complete') return;
    const pair = [question, answer] as const;
    const done = await Promise.allSettled([
      deps.standing(user_id).then((person) => remember(person, conversation, pair, signal)),
      deps.standing(user_id).then((person) => name(person, conversation, pair, signal)),
    ]);
    // Used up quotas, models that are away: it is not worth more than a line in the log.
    for (const one of done)
      if (one.status === 'rejected') logger.debug({ err: one.reason as unknown }, 'an answer had no epilogue');
  });

  return {
    /** Up to three questions that may come next; none where only a model that invents nothing is there. */
    async followUps(person: Person, answer: OwnMessage, signal: AbortSignal): Promise<{ items: string[] }> {
      if (answer.role !== 'assistant' || answer.content === '')
        throw new AppError('CONFLICT', { message: 'Questions are suggested after an answer.' });
      const [, question] = await messages.up(answer.id, 2);
      const model = await modelOf(person, answer);
      if (!model) return { items: [] };
      const request = followUpRequest(question?.content ?? '', answer.content);
      return {
        items: readFollowUps(
          await ask(person.userId, model, { messages: request, maxTokens: FOLLOW_UP_TOKENS }, signal),
        ),
      };
    },
  };
}
