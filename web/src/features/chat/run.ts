import type { AssistantMark } from '../../../../shared/api/assistant-mark.ts';
import type { Citation } from '../../../../shared/api/citations.ts';
import type { Message, MessageStatus } from '../../../../shared/api/chat.ts';
import type { ContextSummary } from '../../../../shared/api/context.ts';
import type { Passage, TokenUsage } from '../../../../shared/api/passages.ts';
import type { ToolPart } from '../../../../shared/api/tools.ts';
import type { NumberedEvent } from '../../lib/stream.ts';
import { withToolEvent } from './answer/tool-events.ts';

/** One answer that is being written, as this page follows it. */
export type Run = {
  phase: 'sending' | 'streaming' | 'reconnecting' | 'lost' | 'ended';
  generationId: string | null;
  conversationId: string | null;
  userMessageId: string | null;
  messageId: string | null;
  model: string | null;
  provider: string | null;
  /** Who answers, where it is an assistant. */
  assistant: AssistantMark | null;
  /** The model that was to answer, and failed before its first word. */
  insteadOf: string | null;
  /** Number of the last event taken in; resuming asks for what follows it. */
  after: number;
  text: string;
  reasoning: string;
  /** What was on the screen before a replay: shown until the replay has caught up, so that nothing flickers. */
  before: string;
  sources: Passage[];
  tools: readonly ToolPart[];
  /** What stands for older turns, where it was made for this answer. */
  summary: ContextSummary | null;
  citations: readonly Citation[];
  title: string | null;
  status: MessageStatus;
  finishReason: Message['finish_reason'];
  usage: TokenUsage | null;
  error: Message['error'];
  requestId: string | null;
};

export const newRun = (start: Partial<Run> = {}): Run => ({
  phase: 'sending',
  generationId: null,
  conversationId: null,
  userMessageId: null,
  messageId: null,
  model: null,
  provider: null,
  assistant: null,
  insteadOf: null,
  after: 0,
  text: '',
  reasoning: '',
  before: '',
  sources: [],
  tools: [],
  summary: null,
  citations: [],
  title: null,
  status: 'streaming',
  finishReason: null,
  usage: null,
  error: null,
  requestId: null,
  ...start,
});

/** Takes in one event. `meta` begins anew; an event that came already (a resume overlaps) changes nothing. */
export function applyEvent(run: Run, event: NumberedEvent): Run {
  if (event.event === 'meta') {
    const { data } = event;
    return newRun({
      phase: 'streaming',
      generationId: data.generation_id,
      conversationId: data.conversation_id,
      userMessageId: data.user_message_id,
      messageId: data.message_id,
      model: data.model,
      provider: data.provider,
      assistant: data.assistant ?? null,
      requestId: data.request_id,
      after: event.id,
      before: shownText(run),
    });
  }
  if (run.phase === 'ended' || (event.id !== 0 && event.id <= run.after)) return run;
  const next: Run = { ...run, after: event.id || run.after, phase: 'streaming' };
  switch (event.event) {
    case 'model':
      return { ...next, model: event.data.model, provider: event.data.provider, insteadOf: run.insteadOf ?? run.model };
    case 'delta':
      return { ...next, text: run.text + event.data.text };
    case 'reasoning':
      return { ...next, reasoning: run.reasoning + event.data.text };
    case 'sources':
      return { ...next, sources: event.data.items };
    case 'tool_call':
    case 'approval':
    case 'approved':
    case 'tool_result':
      return { ...next, tools: withToolEvent(run.tools, event, run.text.length) };
    case 'summary':
      return { ...next, summary: event.data };
    case 'citations':
      return { ...next, citations: event.data.items };
    case 'title':
      return { ...next, title: event.data.title };
    case 'done': {
      const { finish_reason: finishReason, usage } = event.data;
      return { ...next, phase: 'ended', status: 'complete', finishReason, usage };
    }
    case 'stopped':
      return { ...next, phase: 'ended', status: 'stopped', usage: event.data.usage };
    case 'interrupted':
      return { ...next, phase: 'ended', status: 'interrupted' };
    case 'error':
      return {
        ...next,
        phase: 'ended',
        status: 'failed',
        error: { code: event.data.code, message: event.data.message },
        requestId: event.data.request_id,
      };
    default:
      // A kind of event that this page does not know yet: counted, so that a resume does not ask for it again.
      return next;
  }
}

/** The text to show: while a replay is shorter than what stood there already, what stood there. */
export function shownText(run: Run): string {
  const catchingUp = run.phase !== 'ended' && run.before.length > run.text.length && run.before.startsWith(run.text);
  return catchingUp ? run.before : run.text;
}

/** The stored message with what the run knows better. */
export function withRun(message: Message, run: Run): Message {
  const parts: Message['parts'] = message.parts.filter(
    ({ type }) =>
      type !== 'reasoning' && type !== 'text' && type !== 'citations' && (type !== 'tool' || run.tools.length === 0),
  );
  if (run.reasoning !== '') parts.push({ type: 'reasoning', text: run.reasoning });
  parts.push(...run.tools);
  if (run.citations.length > 0) parts.push({ type: 'citations', items: [...run.citations] });
  if (run.summary && !parts.some(({ type }) => type === 'summary')) parts.unshift({ type: 'summary', ...run.summary });
  return {
    ...message,
    content: shownText(run),
    parts,
    status: run.status,
    model: run.model ?? message.model,
    provider: run.provider ?? message.provider,
    assistant: run.assistant ?? message.assistant,
    sources: run.sources.length > 0 ? run.sources : message.sources,
    usage: run.usage ?? message.usage,
    finish_reason: run.finishReason ?? message.finish_reason,
    error: run.error ?? message.error,
  };
}
