import type { JsonSchema } from '../llm/driver.ts';

/** JSON-RPC 2.0, as the Model Context Protocol uses it. */
export type RpcId = number | string;
export type RpcRequest = { jsonrpc: '2.0'; id: RpcId; method: string; params?: Readonly<Record<string, unknown>> };
export type RpcNotification = { jsonrpc: '2.0'; method: string; params?: Readonly<Record<string, unknown>> };
export type RpcAnswer = { jsonrpc: '2.0'; id: RpcId } & ({ result: unknown } | { error: unknown });

/** What carries the messages of one session with one server. Made anew for each session. */
export interface McpTransport {
  /**
   * The answer to one request. What the server says beside it goes to `heard`. Rejects with an AppError in words about the
   * server, with `McpUnauthorized`, with `McpSessionLost`, or with the signal's reason.
   */
  request(message: RpcRequest, signal: AbortSignal): Promise<RpcAnswer>;
  notify(message: RpcNotification | RpcAnswer, signal: AbortSignal): Promise<void>;
  /** The session is agreed on. `listens`: the server may have something to say by itself. */
  agreed(protocolVersion: string, listens: boolean): void;
  /** Ends the session, politely where that is quick. Never rejects. */
  close(): Promise<void>;
}

/** Opens a transport; `heard` gets what the server says by itself, checked for nothing. */
export type OpenTransport = (heard: (message: Readonly<Record<string, unknown>>) => void) => McpTransport;

/** The server wants somebody to sign in. `challenge` is its `WWW-Authenticate`, for finding out where. */
export class McpUnauthorized extends Error {
  readonly challenge: string | undefined;

  constructor(challenge: string | undefined) {
    super('The MCP server wants somebody to sign in.');
    this.challenge = challenge;
  }
}

/** The server knows the session no more. What was asked was not done, and may be asked again in a new one. */
export class McpSessionLost extends Error {}

/** A tool as its server describes it. */
export type McpTool = {
  name: string;
  title: string;
  description: string;
  parameters: JsonSchema;
  /** The server says that it changes nothing: a hint, no promise. */
  readOnly: boolean;
};

/** A picture or a sound as the server gave it: of the type that it says, checked by nobody. */
export type McpMedia = { kind: 'picture' | 'sound'; bytes: Buffer };

/** `media`: what the words stand for with “(A picture, …)” and “(A sound, …)”, in the same order. */
export type McpResult = { content: string; isError: boolean; media: readonly McpMedia[] };
