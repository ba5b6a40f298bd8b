import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, Asked } from './script.ts';

/** A part of a streamed answer. Faults are counted in `piece`s; `done` is what only marks the end. */
export type Frame = { kind: 'open' | 'piece' | 'close' | 'done'; text: string };

export type Body = Record<string, unknown>;

/** One wire protocol: what it calls things, and how it says them. Pure; the server does the writing. */
export type Protocol = {
  streamType: string;
  /** True when the key of the request is `key`. */
  hasKey(headers: IncomingHttpHeaders, key: string): boolean;
  wantsStream(body: Body): boolean;
  /** Of a request that was not refused. */
  read(body: Body): Asked;
  /** A sentence when the request is not what the protocol takes. */
  refusal(body: Body, headers: IncomingHttpHeaders): string | undefined;
  frames(answer: Answer, body: Body): Iterable<Frame>;
  whole(answer: Answer, body: Body): unknown;
  error(status: number, message: string): unknown;
  /** In the middle of a stream. */
  errorFrame(message: string): string;
  malformedFrame: string;
  /** Keeps a connection without saying anything. */
  keepAlive: string;
  /** Begins a line that never ends. */
  hugeLineStart: string;
};

export const sse = (data: unknown, event?: string): string =>
  `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Text of a message whose content is a string or a list of parts. */
export const contentText = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('');
};

type Part = Record<string, unknown>;
export type RawMessage = { role?: unknown; content?: unknown } & Part;

export const rawMessages = (body: Body): RawMessage[] =>
  Array.isArray(body['messages']) ? (body['messages'] as RawMessage[]) : [];

export const partsOf = (content: unknown): Part[] => (Array.isArray(content) ? (content as Part[]) : []);

/** The size of base64 data; undefined where it is none. */
export const base64Bytes = (data: unknown): number | undefined =>
  typeof data === 'string' && data !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(data)
    ? Buffer.from(data, 'base64').length
    : undefined;

/** What every protocol asks of a chat request. */
export const basicRefusal = (body: Body): string | undefined => {
  if (typeof body['model'] !== 'string' || body['model'] === '') return 'model is required';
  if (!Array.isArray(body['messages'])) return 'messages is required';
  return undefined;
};

/** Cuts a tool call's arguments as a model writes them. */
export const argumentPieces = (call: Answer['toolCalls'][number]): string[] => {
  const json = JSON.stringify(call.arguments);
  if (call.whole) return [json];
  const half = Math.ceil(json.length / 2);
  return [json.slice(0, half), json.slice(half)];
};

/** Ids of the calls of one answer. */
export const callId = (prefix: string, index: number): string => `${prefix}_fake${index || ''}`;
