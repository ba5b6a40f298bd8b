import type { MessagePart } from '../../../shared/api/chat.ts';
import type { Citation } from '../../../shared/api/citations.ts';
import type { ContextSummary } from '../../../shared/api/context.ts';
import type { ToolPart } from '../../../shared/api/tools.ts';
import type { ChatEvent } from '../../../shared/stream.ts';

/**
 * A frame is one Server-Sent Event as it goes over the wire. Its JSON holds no raw line break, so a blank line always and
 * only ends a frame, and a log of frames can be cut anywhere between two events.
 */
export const frameOf = (seq: number, { event, data }: ChatEvent): string =>
  event === 'delta'
    ? // Most events are words: these are written without going over an object.
      `id: ${seq}\nevent: delta\ndata: {"text":${JSON.stringify(data.text)}}\n\n`
    : `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The part of a stretch of frames that comes after event `after`. */
export function framesAfter(frames: string, firstSeq: number, after: number): string {
  let at = 0;
  for (let seq = firstSeq; seq <= after && at < frames.length; seq += 1) {
    const end = frames.indexOf('\n\n', at);
    at = end < 0 ? frames.length : end + 2;
  }
  return frames.slice(at);
}

/** Reads events back out of frames. */
export function* eventsIn(frames: string): Generator<ChatEvent & { seq: number }> {
  for (const frame of frames.split('\n\n')) {
    const [, seq, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
    if (seq && event && data) yield { seq: Number(seq), event, data: JSON.parse(data) } as ChatEvent & { seq: number };
  }
}

export type Written = {
  content: string;
  reasoning: string;
  sources: Extract<ChatEvent, { event: 'sources' }>['data']['items'];
  tools: ToolPart[];
  /** What stood for the older turns, where it was made for this answer. */
  summary: ContextSummary | null;
  citations: Citation[];
};

export const nothingWritten = (): Written => ({
  content: '',
  reasoning: '',
  sources: [],
  tools: [],
  summary: null,
  citations: [],
});

/** Takes one event into what an answer consists of. */
export function write(written: Written, { event, data }: ChatEvent): void {
  const { tools } = written;
  const tool = (wanted: string): ToolPart | undefined => tools.find(({ id }) => id === wanted);
  if (event === 'delta') written.content += data.text;
  else if (event === 'reasoning') written.reasoning += data.text;
  else if (event === 'sources') written.sources = data.items;
  else if (event === 'summary') written.summary = data;
  else if (event === 'citations') written.citations = data.items;
  else if (event === 'tool_call')
    tools.push({
      type: 'tool',
      ...data,
      at: written.content.length,
      round: roundOf(tools),
      approval: null,
      result: null,
    });
  else if (event === 'approval') Object.assign(tool(data.tool_call_id) ?? {}, { approval: 'asked' });
  else if (event === 'approved')
    Object.assign(tool(data.tool_call_id) ?? {}, { approval: data.allow ? 'allowed' : 'denied' });
  else if (event === 'tool_result') Object.assign(tool(data.id) ?? {}, { result: resultIn(data) });
}

const resultIn = ({ content, is_error, files }: Extract<ChatEvent, { event: 'tool_result' }>['data']) => ({
  content,
  is_error,
  ...(files && { files }),
});

/** A call that comes after a result of the round before begins another one. */
function roundOf(tools: readonly ToolPart[]): number {
  const newest = tools.at(-1)?.round ?? 0;
  return newest + (tools.some(({ round, result }) => round === newest && result !== null) ? 1 : 0);
}

/** What an answer consists of so far, put together from its frames. */
export function writtenIn(frames: string): Written {
  const written = nothingWritten();
  for (const event of eventsIn(frames)) write(written, event);
  return written;
}

/** As it is kept beside the text. */
export const partsWritten = ({
  reasoning,
  tools,
  summary,
  citations,
}: Omit<Written, 'content' | 'sources'>): MessagePart[] => [
  ...(summary ? [{ type: 'summary' as const, ...summary }] : []),
  ...(reasoning ? [{ type: 'reasoning' as const, text: reasoning }] : []),
  ...tools,
  ...(citations.length ? [{ type: 'citations' as const, items: citations }] : []),
];

/** The events that write such an answer anew, to go on with it; a call that never ended ends as an error. */
export function* eventsOf({ content, reasoning, sources, tools, summary }: Written): Generator<ChatEvent> {
  if (summary) yield { event: 'summary', data: summary };
  if (sources.length) yield { event: 'sources', data: { items: sources } };
  if (reasoning) yield { event: 'reasoning', data: { text: reasoning } };
  let from = 0;
  for (const calls of Map.groupBy(tools, ({ round }) => round).values()) {
    const at = calls[0]?.at ?? from;
    if (at > from) yield { event: 'delta', data: { text: content.slice(from, at) } };
    from = at;
    for (const { id, name, arguments: args } of calls)
      yield { event: 'tool_call', data: { id, name, arguments: args } };
    for (const { id, approval, result } of calls) {
      if (approval === 'allowed' || approval === 'denied')
        yield { event: 'approved', data: { tool_call_id: id, allow: approval === 'allowed' } };
      yield { event: 'tool_result', data: { id, ...(result ?? { content: 'It was cut off.', is_error: true }) } };
    }
  }
  if (from < content.length || content === '') yield { event: 'delta', data: { text: content.slice(from) } };
}

/** A stored answer, taken apart again. */
export const writtenOf = (content: string, parts: readonly MessagePart[], sources: Written['sources']): Written => ({
  content,
  reasoning: parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : [])).join(''),
  sources,
  tools: parts.flatMap((part) => (part.type === 'tool' ? [part] : [])),
  summary: parts.find((part) => part.type === 'summary') ?? null,
  citations: parts.find((part) => part.type === 'citations')?.items ?? [],
});
