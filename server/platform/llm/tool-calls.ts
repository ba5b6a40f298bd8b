import { newId } from '../../lib/ids.ts';
import type { LlmEvent, ToolCall } from './driver.ts';

/**
 * Follows the tool calls of one answer as a server names them, and makes them the port's events: numbered from 0, each
 * with an id, and with arguments that are never empty.
 */
export function createToolCalls() {
  const begun: { key: unknown; empty: boolean }[] = [];
  const indexOf = (key: unknown): number => begun.findLastIndex((call) => call.key === key);

  return {
    /** The number of calls so far. */
    count: (): number => begun.length,
    knows: (key: unknown): boolean => indexOf(key) >= 0,

    /** `key` is what the server's later pieces name the call by. */
    *begin(key: unknown, call: { id?: unknown; name: string }): Generator<LlmEvent> {
      const id = typeof call.id === 'string' && call.id !== '' ? call.id : `call_${newId()}`;
      yield { type: 'tool_call', index: begun.push({ key, empty: true }) - 1, id, name: call.name };
    },

    /** A piece of the arguments; one without a call that it could belong to is dropped. */
    *piece(key: unknown, text: string): Generator<LlmEvent> {
      const index = indexOf(key);
      const call = begun[index];
      if (!call || text === '') return;
      call.empty = false;
      yield { type: 'tool_arguments', index, text };
    },

    /** Before the end of the answer: calls without arguments get an empty object. */
    *end(): Generator<LlmEvent> {
      for (const [index, { empty }] of begun.entries()) if (empty) yield { type: 'tool_arguments', index, text: '{}' };
    },
  };
}

/** The arguments as an object, for protocols that take nothing else; a text that is none stays readable in one field. */
export function parsedArguments(call: ToolCall): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(call.arguments || '{}');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Models do write broken JSON, and see it again with the error that their call got.
  }
  return { unreadable_arguments: call.arguments };
}
