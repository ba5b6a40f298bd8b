import type { ToolPart } from '../../../../../shared/api/tools.ts';
import type { ChatEvent } from '../../../../../shared/stream.ts';

/** The calls of an answer after one more event; the same list where the event is about something else. `at`: letters written so far. */
export function withToolEvent(tools: readonly ToolPart[], { event, data }: ChatEvent, at: number): readonly ToolPart[] {
  const change = (id: string, to: Partial<ToolPart>): ToolPart[] =>
    tools.map((tool) => (tool.id === id ? { ...tool, ...to } : tool));
  switch (event) {
    case 'tool_call': {
      const newest = tools.at(-1)?.round ?? 0;
      const another = tools.some(({ round, result }) => round === newest && result !== null);
      return [...tools, { type: 'tool', ...data, at, round: newest + (another ? 1 : 0), approval: null, result: null }];
    }
    case 'approval':
      return change(data.tool_call_id, { approval: 'asked' });
    case 'approved':
      return change(data.tool_call_id, { approval: data.allow ? 'allowed' : 'denied' });
    case 'tool_result': {
      const { id, ...result } = data;
      return change(id, { result });
    }
    default:
      return tools;
  }
}

export type Stretch = { text: string; tools: ToolPart[] };

/** An answer as stretches of text, each with the calls that came after it. */
export function stretchesOf(content: string, tools: readonly ToolPart[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const calls of Map.groupBy(tools, ({ at }) => at).values()) {
    const to = Math.min(calls[0]?.at ?? from, content.length);
    stretches.push({ text: content.slice(from, to), tools: calls });
    from = to;
  }
  if (from < content.length || stretches.length === 0) stretches.push({ text: content.slice(from), tools: [] });
  return stretches;
}
