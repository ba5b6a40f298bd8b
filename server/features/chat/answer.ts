import type { ChatOptions, MessageStatus } from '../../../shared/api/chat.ts';
import type { Passage, TokenUsage } from '../../../shared/api/passages.ts';
import type { ToolPart } from '../../../shared/api/tools.ts';
import { errorMessage } from '../../../shared/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { FinishReason, LlmEvent, LlmMessage } from '../../platform/llm/driver.ts';
import { collect, textOf, type WholeAnswer } from '../../platform/llm/messages.ts';
import type { Assisting } from '../assistants/service.ts';
import type { KnowledgeService } from '../knowledge/service.ts';
import type { ModelService, ResolvedModel } from '../models/service.ts';
import type { Tool } from '../tools/tool.ts';
import type { Turn } from './context/compact.ts';
import type { ContextService } from './context/service.ts';
import type { Tail } from './context/tail.ts';
import { wholeFilesRoom } from './context/window.ts';
import type { Ending } from './generation-engine.ts';
import { eventsOf, partsWritten, type Written } from './frames.ts';
import type { LiveGeneration, StopReason } from './live-generation.ts';
import type { MessageRow } from './message-repository.ts';
import type { FindPassages } from './passages.ts';
import type { Showing } from './pictures.ts';
import { callsOf, MAX_ROUNDS, resultsOf, turnsOf, type ToolRounds } from './tool-rounds.ts';

export type Question = {
  model: ResolvedModel;
  /** Without a system message, the newest user message last. */
  history: readonly LlmMessage[];
  /** The same by the stored messages, and what stands for those before them. */
  turns: readonly Turn[];
  tail: Pick<Tail, 'summary' | 'omitted'>;
  /** Whether the person's memories are used. */
  remembers: boolean;
  system: string | undefined;
  options: ChatOptions | undefined;
  /** What the model may call. */
  tools: readonly Tool[];
  /** Everything attached on the way to this question. */
  fileIds: readonly string[];
  /** Collections that were asked; those that the person may not read any more say nothing. */
  collectionIds: readonly string[];
  /** What an assistant looks up, as far as the person may read it; it says nothing where no word fits. */
  background: Assisting['background'] | null;
  /** Whether the question is looked up on the web. */
  webSearch: boolean;
  /** Sent as an event right after `meta`, for a conversation that has just got its title. */
  title: string | null;
  requestId: string;
  startedAt: number;
  /** Resolves when the question is stored, in chats that are. */
  record: Promise<void>;
  /** What was written of this answer before, where it is gone on with. */
  before?: Written &
    Pick<MessageRow, 'prompt_tokens' | 'completion_tokens' | 'cost' | 'first_token_ms' | 'duration_ms'>;
};

type Deps = {
  models: ModelService;
  knowledge: Pick<KnowledgeService, 'contextFor' | 'verify'>;
  findPassages: FindPassages;
  context: Pick<ContextService, 'fit' | 'remembered'>;
  rounds: ToolRounds;
  showing: Showing;
  logger: Logger;
  now: Clock;
};

/** Writes an answer into a live generation: files → passages → prompt → model. A failure is an ending, never a rejection. */
export function createAnswerer({ models, knowledge, findPassages, context, rounds, showing, logger, now }: Deps) {
  return async function answer(live: LiveGeneration, question: Question): Promise<Ending> {
    const { before } = question;
    const run = {
      usage: null as TokenUsage | null,
      /** By the prices of the models that were called, where they have one. Each may have answered a part of it. */
      cost: null as number | null,
      finish: 'stop' as FinishReason,
      firstTokenAt: null as number | null,
      model: question.model,
    };
    const onModel = (model: ResolvedModel): void => {
      run.model = model;
      const { id, provider, reason } = model;
      live.emit({ event: 'model', data: { model: id, provider: provider.id, model_reason: reason } });
    };
    try {
      if (question.title) live.emit({ event: 'title', data: { title: question.title } });
      if (before) replay(live, before);
      const passages = before ? before.sources : await findPassages(live, question);
      await converse([...(await promptOf(passages)), ...goingOn(question)], passages);
      await cite();
      const { id: model, provider } = run.model;
      return ending('complete', {
        event: 'done',
        data: { finish_reason: run.finish, usage: used(), model, provider: provider.id },
      });
    } catch (error) {
      if (live.signal.reason === 'stopped') await cite();
      return failure(error);
    }

    /** With what it costs, where that is known. */
    function used(): TokenUsage | null {
      return run.usage && { ...run.usage, ...(run.cost !== null && { cost: run.cost }) };
    }

    function spent(model: ResolvedModel, usage: TokenUsage): void {
      run.usage = added(run.usage, usage);
      run.cost = sum(run.cost, models.costOf({ ...usage, model: model.id }));
    }

    /** Holds what is given as the sources' words against the sources. The answer is whole without it. */
    async function cite(): Promise<void> {
      const { content, sources } = live.written;
      if (sources.length === 0) return;
      try {
        const items = await knowledge.verify(content, sources);
        if (items.length) live.emit({ event: 'citations', data: { items } });
      } catch (error) {
        logger.warn({ err: error, generation_id: live.id }, 'the citations of an answer were not checked');
      }
    }

    /** What was said, made to fit, below what the model is to know: instructions, passages, the person's memories. */
    async function promptOf(passages: readonly Passage[]): Promise<LlmMessage[]> {
      const { system, model, turns, tail, options, remembers, history } = question;
      const asked = history.findLast(({ role }) => role === 'user');
      const remembered =
        remembers && asked && !model.provider.grounded ? await context.remembered(live.userId, textOf(asked)) : '';
      // What was found just now has been bounded; what the tools of an answer that is gone on with found, has not.
      const room = before ? wholeFilesRoom(question, Infinity) : Infinity;
      const given = [system, remembered, knowledge.contextFor(passages, room)].filter(Boolean);
      const wanted = { model, turns, tail, system: given.join('\n\n'), maxTokens: options?.max_tokens };
      const fitted = await context.fit(live, wanted);
      if (fitted.usage) spent(model, fitted.usage);
      const content = [...given, fitted.earlier].filter(Boolean).join('\n\n');
      const shown = await showing.withPictures(live, question, fitted.history);
      return content ? [{ role: 'system', content }, ...shown] : shown;
    }

    /** Model → calls → results → model, until it has answered. */
    async function converse(messages: LlmMessage[], passages: readonly Passage[]): Promise<void> {
      const tools = canCall(question) ? question.tools : [];
      const effort = question.options?.reasoning_effort;
      const said = question.history.filter(({ role }) => role === 'user').map(textOf);
      let seen = 0;
      for (let round = 0; ; round += 1) {
        const request = {
          messages,
          passages,
          ...(question.options && { options: question.options }),
          ...(effort && { reasoningEffort: effort }),
          ...(tools.length > 0 && { tools: tools.map(definition) }),
          ...(tools.length > 0 && round === MAX_ROUNDS && { toolChoice: 'none' as const }),
        };
        const { tell, said: words } = teller(round);
        const events = models.stream(run.model, request, live.signal, { onModel });
        const heard = await collect(events, tell, { keepsWords: false });
        run.finish = heard.finish;
        if (tools.length === 0 || heard.toolCalls.length === 0 || round === MAX_ROUNDS) return;
        // What a tool does stays, so it must be known for what.
        await question.record;
        const parts = await rounds.run(live, heard.toolCalls, { tools, said, remembers: question.remembers });
        const pictures = await showing.given(live, run.model, parts, seen);
        seen += pictures.shown;
        messages.push(asTurn(words(), heard, parts), ...resultsOf(parts), ...pictures.messages);
      }
    }

    /** Passes the events of a round on to whoever watches, as they come; `said` is what the model said in it. */
    function teller(round: number): { tell(event: LlmEvent): void; said(): Record<'text' | 'reasoning', string> } {
      // What is said or thought after a tool has answered is another paragraph.
      const began = (there: string) => {
        const apart = round > 0 && there !== '';
        return { apart, from: there.length + (apart ? PARAGRAPH.length : 0) };
      };
      const at = { text: began(live.written.content), reasoning: began(live.written.reasoning) };
      const tell = (event: LlmEvent): void => {
        if (event.type === 'text' || event.type === 'reasoning') {
          run.firstTokenAt ??= now();
          const name = event.type === 'text' ? 'delta' : 'reasoning';
          if (at[event.type].apart) live.emit({ event: name, data: { text: PARAGRAPH } });
          at[event.type].apart = false;
          live.emit({ event: name, data: { text: event.text } });
        } else if (event.type === 'sources') live.emit({ event: 'sources', data: { items: event.items } });
        else if (event.type === 'usage') spent(run.model, event.usage);
      };
      const said = () => ({
        text: live.written.content.slice(at.text.from),
        reasoning: live.written.reasoning.slice(at.reasoning.from),
      });
      return { tell, said };
    }

    function failure(error: unknown): Ending {
      const reason = live.signal.aborted ? (live.signal.reason as StopReason) : null;
      if (reason === 'stopped') return ending('stopped', { event: 'stopped', data: { usage: used() } });
      if (reason) {
        const message = errorMessage('GENERATION_INTERRUPTED');
        return ending(
          'interrupted',
          { event: 'interrupted', data: { message } },
          { code: 'GENERATION_INTERRUPTED', message },
        );
      }
      const known = error instanceof AppError ? error : new AppError('INTERNAL_ERROR', { cause: error });
      if (known.status === 500) logger.error({ err: error, generation_id: live.id }, 'an answer failed');
      const message = known.detail ? `${known.message} ${known.detail}` : known.message;
      const data = { code: known.code, message, request_id: question.requestId };
      return ending('failed', { event: 'error', data }, data);
    }

    function ending(
      status: MessageStatus & Ending['message']['status'],
      event: Ending['event'],
      error?: { code: AppError['code']; message: string },
    ): Ending {
      const { content, sources, ...beside } = live.written;
      return {
        status: status === 'complete' ? 'done' : (status as 'stopped' | 'interrupted' | 'failed'),
        event,
        message: {
          status,
          content,
          model: run.model.id,
          provider: run.model.provider.id,
          parts: JSON.stringify(partsWritten(beside)),
          sources: JSON.stringify(sources),
          finish_reason: status === 'complete' ? run.finish : null,
          prompt_tokens: sum(before?.prompt_tokens, run.usage?.prompt_tokens),
          completion_tokens: sum(before?.completion_tokens, run.usage?.completion_tokens),
          cost: sum(before?.cost, run.cost),
          error_code: error?.code ?? null,
          error_message: error?.message ?? null,
          first_token_ms:
            before?.first_token_ms ?? (run.firstTokenAt === null ? null : run.firstTokenAt - question.startedAt),
          duration_ms: (before?.duration_ms ?? 0) + now() - question.startedAt,
        },
        usage: used(),
      };
    }
  };
}

const PARAGRAPH = '\n\n';

const CONTINUE =
  'Your last message was cut off. Go on exactly where it stopped, in the middle of a word where that is so. ' +
  'Repeat nothing, and say nothing about the interruption.';

/** The answer so far, for the model to go on with: as its own words where it takes them so, else with the plea to go on. */
function goingOn(question: Question): LlmMessage[] {
  const { before, model } = question;
  if (!before) return [];
  const said = turnsOf(before.content, canCall(question) ? before.tools : []);
  const spoke = said.at(-1)?.role === 'assistant';
  return !spoke || model.provider.continues?.(model.model) ? said : [...said, { role: 'user', content: CONTINUE }];
}

/** Grounded models answer from passages alone; some others are known to call no tools. */
const canCall = ({ model, tools }: Question): boolean =>
  tools.length > 0 && !model.provider.grounded && model.tools !== false;

const definition = ({ name, description, parameters }: Tool) => ({ name, description, parameters });

/** What the model said and asked for in one round, under the ids that its calls have here. */
const asTurn = (
  { text, reasoning }: Record<'text' | 'reasoning', string>,
  { reasoning: signed }: WholeAnswer,
  parts: readonly ToolPart[],
): LlmMessage => ({
  role: 'assistant',
  content: text,
  toolCalls: callsOf(parts),
  ...((reasoning || signed) && { reasoning: { ...signed, text: reasoning } }),
});

/** Each round is a call of its own to the provider, and is paid as one. */
const added = (a: TokenUsage | null, b: TokenUsage): TokenUsage => ({
  prompt_tokens: (a?.prompt_tokens ?? 0) + b.prompt_tokens,
  completion_tokens: (a?.completion_tokens ?? 0) + b.completion_tokens,
  total_tokens: (a?.total_tokens ?? 0) + b.total_tokens,
});

/** What stood there already comes first, so that the log of a run always tells the whole answer. */
function replay(live: LiveGeneration, before: Written): void {
  for (const event of eventsOf(before)) live.emit(event);
}

const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null && b == null ? null : (a ?? 0) + (b ?? 0);
