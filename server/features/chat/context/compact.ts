import type { ContextSummary } from '../../../../shared/api/context.ts';
import type { TokenUsage } from '../../../../shared/api/passages.ts';
import type { Clock } from '../../../lib/clock.ts';
import { AppError } from '../../../lib/errors.ts';
import type { LlmMessage } from '../../../platform/llm/driver.ts';
import { collect, imagesOf, textOf } from '../../../platform/llm/messages.ts';
import type { ModelService, ResolvedModel } from '../../models/service.ts';
import type { MessageRow } from '../message-repository.ts';
import { correctionOf } from './calibrate.ts';
import { earlierTurns, summaryRequest } from './prompt.ts';
import type { ContextRepository, SummaryRow } from './repository.ts';
import { filesOf, tokensOf, type Tail } from './tail.ts';
import { estimateTokens } from '../../../lib/text/tokens.ts';
import { exactCounter, MESSAGE_FRAME, type Counter } from './tokens.ts';
import { windowOf } from './window.ts';

/** What a picture takes, about: the most that a service scales one down to. */
const IMAGE_TOKENS = 1_600;
/** Of what there is room for, what stays word for word when the rest is summarised: so that it is not done at every turn. */
const KEPT = 0.5;
/** Calls that one summary may take; with more, the oldest turns are left out, and it says so. */
const MOST_CALLS = 8;

export type Fitted = {
  /** What the model is given of what was said; the question is the last. */
  history: readonly LlmMessage[];
  /** For the system prompt: what stands for the turns before them; empty for none. */
  earlier: string;
  /** Made just now. */
  made: ContextSummary | null;
  /** What making it took, where the provider said. */
  usage: TokenUsage | null;
};

/** A message as it is stored, and as a model is given it. */
export type Turn = { row: MessageRow; messages: readonly LlmMessage[] };

export type Wanted = {
  model: ResolvedModel;
  /** Oldest first, the question last. */
  turns: readonly Turn[];
  tail: Pick<Tail, 'summary' | 'omitted'>;
  /** What goes before the history: instructions, passages, memories. */
  system: string;
  maxTokens: number | undefined;
  /** Stored conversations alone are summarised. */
  conversationId: string | null;
  signal: AbortSignal;
};

type Deps = { models: Pick<ModelService, 'stream'>; repository: ContextRepository; now: Clock };

export const presentSummary = ({ text, message_id: until, turns, omitted }: SummaryRow): ContextSummary => ({
  text,
  until,
  turns: Number(turns),
  omitted: Number(omitted),
});

/** Makes what was said fit before a model: by a summary of the older turns that people can read, never by leaving out in silence. */
export function createCompactor({ models, repository, now }: Deps) {
  /** PAYLOAD_TOO_LARGE where the question alone is too long. */
  return async function fit(wanted: Wanted): Promise<Fitted> {
    const { turns, tail, model, system, maxTokens } = wanted;
    const earlier = tail.summary ? earlierTurns(presentSummary(tail.summary)) : '';
    const asItIs: Fitted = { history: turns.flatMap(({ messages }) => messages), earlier, made: null, usage: null };
    // The Librarian reads the question alone.
    if (model.provider.grounded) return asItIs;
    const { limit, answer } = windowOf(model, maxTokens);
    const measure = async (count: Counter) => {
      const room = limit - answer - (await count(system)) - (await count(earlier));
      const costs: number[] = [];
      for (const turn of turns) costs.push(await costOf(turn, count));
      return { room, costs, total: costs.reduce((sum, cost) => sum + cost, 0) };
    };
    const correction = correctionOf({ rows: turns.map(({ row }) => row), ...tail }, model.id);
    let measured = await measure((text) => Promise.resolve(Math.ceil(estimateTokens(text) * correction)));
    if (measured.total > measured.room) {
      const exact = await exactCounter(model);
      if (exact) measured = await measure(exact);
    }
    const { room, costs, total } = measured;
    if (total <= room && tail.omitted === 0) return asItIs;
    const question = costs.at(-1) ?? 0;
    if (question > room) throw tooLong(question, Math.max(room, 0), model);
    const { conversationId } = wanted;
    const from = firstKept(costs, turns, room * KEPT);
    const older = turns.slice(0, from);
    const last = older.at(-1);
    if (conversationId === null || last === undefined) {
      if (total <= room) return asItIs;
      throw tooLong(total, Math.max(room, 0), model);
    }
    const made = await summarise(wanted, older, limit - answer);
    const row: SummaryRow = {
      message_id: last.row.id,
      conversation_id: conversationId,
      text: made.text,
      turns: made.turns,
      omitted: made.omitted,
      files: JSON.stringify([
        ...new Set([
          ...(tail.summary ? (JSON.parse(tail.summary.files) as string[]) : []),
          ...filesOf(older.map(({ row }) => row)),
        ]),
      ]),
      model: model.id,
      created_at: now(),
    };
    await repository.save(row);
    const summary = presentSummary(row);
    const history = turns.slice(from).flatMap(({ messages }) => messages);
    return { history, earlier: earlierTurns(summary), made: summary, usage: made.usage };
  };

  /** The older turns in portions that fit, each with what the ones before it came to. */
  async function summarise(
    { model, tail, signal }: Wanted,
    older: readonly Turn[],
    room: number,
  ): Promise<{ text: string; turns: number; omitted: number; usage: TokenUsage | null }> {
    const length = Math.max(128, Math.min(1_024, Math.floor(room / 8)));
    const portions = portionsOf(older, Math.max(256, room - 2 * length - 300));
    const left = portions.slice(0, -MOST_CALLS).flat().length;
    // What lies between an older summary and these turns is lost to it, so that it would tell of something without its end.
    const before = tail.omitted === 0 && left === 0 ? tail.summary : null;
    let text = before?.text ?? '';
    let usage: TokenUsage | null = null;
    for (const portion of portions.slice(-MOST_CALLS)) {
      const request = { messages: summaryRequest(text, portion), options: { max_tokens: length, temperature: 0 } };
      const answer = await collect(models.stream(model, request, signal));
      const written = answer.text.trim();
      if (written === '')
        throw new AppError('PROVIDER_ERROR', {
          message:
            'The model returned no summary of the earlier turns. Try again, or choose a model with a larger window.',
        });
      text = written;
      usage = added(usage, answer.usage);
    }
    const known = Number(tail.summary?.turns ?? 0);
    const lost = Number(tail.summary?.omitted ?? 0) + tail.omitted + left + (before ? 0 : known);
    return { text, turns: older.length - left + (before ? known : 0), omitted: lost, usage };
  }
}

/** All that a message says, what it asked of tools too. */
const wordsOf = (message: LlmMessage): string =>
  textOf(message) + (message.role === 'assistant' && message.toolCalls ? JSON.stringify(message.toolCalls) : '');

async function costOf({ messages }: Turn, count: Counter): Promise<number> {
  let sum = 0;
  for (const message of messages)
    sum += (await count(wordsOf(message))) + MESSAGE_FRAME + imagesOf(message).length * IMAGE_TOKENS;
  return sum;
}

/** The first message that stays: a question, as far up as there is room, and the last in any case. */
function firstKept(costs: readonly number[], turns: readonly Turn[], room: number): number {
  let from = costs.length - 1;
  let sum = costs[from] ?? 0;
  while (from > 0 && sum + (costs[from - 1] ?? 0) <= room) {
    from -= 1;
    sum += costs[from] ?? 0;
  }
  while (from < turns.length - 1 && turns[from]?.row.role !== 'user') from += 1;
  return from;
}

function portionsOf(turns: readonly Turn[], room: number): MessageRow[][] {
  const portions: MessageRow[][] = [];
  let left = 0;
  for (const { row } of turns) {
    const cost = tokensOf(row);
    if (portions.length === 0 || cost > left) {
      portions.push([]);
      left = room;
    }
    portions.at(-1)?.push(cost > room ? shortened(row, room) : row);
    left -= cost;
  }
  return portions;
}

/** One turn that alone is too long for a summary: its beginning and its end, with a word between them that says so. */
function shortened(row: MessageRow, room: number): MessageRow {
  const { content } = row;
  const half = Math.floor((content.length * room) / tokensOf(row) / 2.2);
  return { ...row, content: `${content.slice(0, half)}\n[… the middle is left out …]\n${content.slice(-half)}` };
}

const added = (one: TokenUsage | null, two: TokenUsage | null): TokenUsage | null =>
  one && two
    ? {
        prompt_tokens: one.prompt_tokens + two.prompt_tokens,
        completion_tokens: one.completion_tokens + two.completion_tokens,
        total_tokens: one.total_tokens + two.total_tokens,
      }
    : (one ?? two);

export const tooLong = (tokens: number, room: number, { id }: Pick<ResolvedModel, 'id'>): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', {
    message: `This is about ${tokens} tokens, and ${id} has room for ${room} beside its answer.`,
    detail:
      'Send less at once, attach the text as a file so that what matters in it is found, or choose a model with a larger window.',
  });
