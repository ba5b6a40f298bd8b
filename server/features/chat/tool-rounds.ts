import type { Passage } from '../../../shared/api/passages.ts';
import type { ToolFile, ToolPart } from '../../../shared/api/tools.ts';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { LlmMessage, ToolCall } from '../../platform/llm/driver.ts';
import { parsedArguments } from '../../platform/llm/tool-calls.ts';
import type { Approvals } from '../tools/approvals.ts';
import type { Tool, ToolContext, ToolResult } from '../tools/tool.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { KeepMedia } from './tool-media.ts';

/** Rounds of calls in one answer; then the model has to answer with what it knows. */
export const MAX_ROUNDS = 8;
/** Calls of one round that are run; a model that wants more goes round in circles. */
const MAX_CALLS = 16;
const TOOL_MS = seconds(60);
/** Letters of a result that a model gets to see, and that are kept. */
const MAX_RESULT = 100_000;

type Deps = { approvals: Pick<Approvals, 'ask' | 'isGranted'>; keepMedia: KeepMedia; logger: Logger };

/** The tools that were offered, what the person said, and whether memory is on. */
type Given = Pick<ToolContext, 'said' | 'remembers'> & { tools: readonly Tool[] };

export type ToolRounds = ReturnType<typeof createToolRounds>;

/** Runs the calls of one round, all at once. Every call and every result is an event; an error is a result. */
export function createToolRounds({ approvals, keepMedia, logger }: Deps) {
  async function run(live: LiveGeneration, calls: readonly ToolCall[], given: Given): Promise<ToolPart[]> {
    const announced = calls.slice(0, MAX_CALLS).map((call) => {
      const known = call.id.length <= 190 && !live.written.tools.some(({ id }) => id === call.id);
      const id = known ? call.id : `call_${newId()}`;
      live.emit({ event: 'tool_call', data: { id, name: call.name.slice(0, 128), arguments: parsedArguments(call) } });
      return id;
    });
    const parts = live.written.tools.filter(({ id }) => announced.includes(id));
    await Promise.allSettled(parts.map((part) => one(live, part, given)));
    live.signal.throwIfAborted();
    return parts;
  }

  async function one(live: LiveGeneration, part: ToolPart, given: Given) {
    const result = await work(live, part, given).catch((error: unknown) => failed(live, part, error));
    // What ends after the answer has ended belongs to nothing any more.
    if (live.signal.aborted) return;
    const { content, isError = false, kept = [] } = result;
    const cut = content.length > MAX_RESULT ? `${content.slice(0, MAX_RESULT)}\n(Cut off: it was longer.)` : content;
    const files = kept.length > 0 && { files: kept };
    live.emit({ event: 'tool_result', data: { id: part.id, content: cut, is_error: isError, ...files } });
  }

  async function work(
    live: LiveGeneration,
    { id, name, arguments: args }: ToolPart,
    { tools, said, remembers }: Given,
  ): Promise<ToolResult & { kept?: ToolFile[] }> {
    const tool = tools.find((offered) => offered.name === name);
    if (!tool) return { content: `There is no tool “${name}” here.`, isError: true };
    if ('unreadable_arguments' in args) return { content: 'The arguments are no JSON object.', isError: true };
    if (tool.needsApproval(args, { said }) && !(await approvals.isGranted(live, name))) {
      const word = await approvals.ask(live, { id, tool: name }, () =>
        live.emit({ event: 'approval', data: { tool_call_id: id, name, arguments: args } }),
      );
      live.signal.throwIfAborted();
      live.emit({ event: 'approved', data: { tool_call_id: id, allow: word === 'allowed' } });
      if (word === 'denied') return { content: 'The user did not allow this. Do not try it again.', isError: true };
      if (word === 'late') return { content: 'The user did not answer in time, so this was not done.', isError: true };
    }
    const signal = AbortSignal.any([live.signal, AbortSignal.timeout(tool.timeoutMs ?? TOOL_MS)]);
    const { userId, conversationId } = live;
    const context = { userId, conversationId, remembers, signal, said, cite: citing(live) };
    const result = await raced(tool.run(args, context), signal);
    if (!result.media?.length || live.signal.aborted) return result;
    const { kept, told } = await keepMedia(live, name, result.media);
    return { ...result, content: [result.content, told].filter(Boolean).join('\n\n'), kept };
  }

  function failed(live: LiveGeneration, { name }: ToolPart, error: unknown): ToolResult & { kept?: undefined } {
    if (error instanceof AppError)
      return { content: [error.message, error.detail].filter(Boolean).join(' '), isError: true };
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return { content: 'The tool took too long.', isError: true };
    if (!live.signal.aborted) logger.warn({ err: error, tool: name, generation_id: live.id }, 'a tool failed');
    return { content: 'The tool failed.', isError: true };
  }

  return { run };
}

/** Further sources, numbered on from those that are there. */
const citing =
  (live: LiveGeneration): ToolContext['cite'] =>
  (passages: readonly Passage[]) => {
    const items = [...live.written.sources];
    const numbers = passages.map((passage) => {
      const at = items.findIndex(
        ({ source, page, text }) => source.id === passage.source.id && page === passage.page && text === passage.text,
      );
      return at >= 0 ? at + 1 : items.push(passage);
    });
    live.emit({ event: 'sources', data: { items } });
    return numbers;
  };

/** A tool that does not heed the signal is left to itself. */
function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}

const NEVER_ENDED = 'This was cut off before it had ended: it is not known whether it was done.';

/** Calls with their results, as a model is told them. */
export const resultsOf = (parts: readonly ToolPart[]): LlmMessage[] =>
  parts.map(({ id, name, result }) => ({
    role: 'tool',
    toolCallId: id,
    name,
    content: result?.content ?? NEVER_ENDED,
    ...((result?.is_error ?? true) && { isError: true }),
  }));

export const callsOf = (parts: readonly ToolPart[]): ToolCall[] =>
  parts.map(({ id, name, arguments: args }) => ({ id, name, arguments: JSON.stringify(args) }));

/** An earlier answer as a model hears it again: its words, with calls and results where they were. */
export function turnsOf(content: string, tools: readonly ToolPart[]): LlmMessage[] {
  const turns: LlmMessage[] = [];
  let from = 0;
  for (const parts of Map.groupBy(tools, ({ round }) => round).values()) {
    const at = parts[0]?.at ?? from;
    turns.push({ role: 'assistant', content: content.slice(from, at), toolCalls: callsOf(parts) }, ...resultsOf(parts));
    from = at;
  }
  const rest = content.slice(from);
  if (rest || !turns.length) turns.push({ role: 'assistant', content: rest });
  return turns;
}
