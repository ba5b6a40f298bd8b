import type { MessagePart } from '../../../shared/api/chat.ts';
import { isTooDeep } from './tree.ts';

type ToolPart = Extract<MessagePart, { type: 'tool' }>;
type Details = { content: string; reasoning: string; tools: ToolPart[] };

const OPEN = '<details type="';
const CLOSE = '</details>';

/**
 * Open WebUI writes what an answer thought and called into its text, as HTML between the words: taken out of it again. A
 * block that has no end, or is of another kind, stays as it is.
 */
export function detailsIn(text: string): Details {
  const reasoning: string[] = [];
  const tools: ToolPart[] = [];
  let content = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf(OPEN, from);
    if (start < 0) break;
    const headEnd = text.indexOf('>', start);
    const end = headEnd < 0 ? -1 : text.indexOf(CLOSE, headEnd);
    if (end < 0) break;
    const fields = attributesOf(text.slice(start, headEnd));
    const inner = text.slice(headEnd + 1, end);
    const kind = fields.get('type');
    const past = end + CLOSE.length;
    if (kind === 'reasoning' || kind === 'tool_calls') {
      content += text.slice(from, start);
      if (kind === 'reasoning') reasoning.push(thoughtIn(inner));
      else tools.push(toolOf(fields, { n: tools.length, at: content.trimStart().length }));
    } else content += text.slice(from, past);
    from = past;
  }
  content = (content + text.slice(from)).trim();
  return { content, reasoning: reasoning.filter(Boolean).join('\n\n'), tools };
}

const attributesOf = (head: string): Map<string, string> =>
  new Map(
    Array.from(head.matchAll(/ ([a-z_]{1,40})="([^"]*)"/g), ([, name = '', value = '']) => [name, unescaped(value)]),
  );

const entities: Record<string, string> = { quot: '"', apos: "'", '#39': "'", '#x27': "'", lt: '<', gt: '>', amp: '&' };
const unescaped = (text: string): string =>
  text.replace(/&(quot|apos|#39|#x27|lt|gt|amp);/g, (whole, name: string) => entities[name] ?? whole);

/** Without its heading, and without the marks of a quotation. */
const thoughtIn = (inner: string): string =>
  unescaped(inner.replace(/^\s*<summary>[^<]*<\/summary>/, ''))
    .split('\n')
    .map((line) => line.replace(/^> ?/, ''))
    .join('\n')
    .trim();

function toolOf(fields: ReadonlyMap<string, string>, { n, at }: { n: number; at: number }): ToolPart {
  const result = fields.get('result');
  return {
    type: 'tool',
    id: fields.get('id') || `call_${n + 1}`,
    name: (fields.get('name') || 'tool').slice(0, 128),
    arguments: objectIn(fields.get('arguments') ?? ''),
    round: n,
    at,
    approval: null,
    result: result === undefined ? null : { content: stringIn(result), is_error: false },
  };
}

/** JSON, often in a JSON text. */
function read(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  } catch {
    return undefined;
  }
}

function objectIn(text: string): Record<string, unknown> {
  const value = read(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isTooDeep(value))
    return value as Record<string, unknown>;
  return text === '' ? {} : { input: text };
}

function stringIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}
