import { z } from 'zod';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { readResult } from './content.ts';
import { McpSessionLost, type McpResult, type McpTool, type McpTransport, type OpenTransport } from './driver.ts';
import { nonsense, rpcErrorOf, tooSlow } from './errors.ts';
import { MAX_TOOLS, readListing, withinRoom } from './listing.ts';

const PROTOCOL = '2025-06-18';
/** Those that differ in nothing that is used here. */
const spoken: readonly string[] = ['2025-11-25', PROTOCOL, '2025-03-26', '2024-11-05'];
const HELLO_MS = seconds(15);
const LIST_MS = seconds(15);
const WORD_MS = seconds(5);
const MAX_PAGES = 20;
/** Requests of a server that are answered in one session. */
const MAX_REPLIES = 100;

const hello = z.object({
  protocolVersion: z.string(),
  capabilities: z.object({ tools: z.object({ listChanged: z.boolean().optional() }).optional() }).optional(),
  serverInfo: z.object({ name: z.string().max(500), version: z.string().max(200).optional() }).optional(),
});
type Hello = z.infer<typeof hello>;

type Options = {
  /** What the server is called in errors. */
  name: string;
  open: OpenTransport;
  version: string;
  /** The server says that it has other tools now. */
  onToolsChanged(): void;
};

export type McpClient = ReturnType<typeof createMcpClient>;

/** A session with one server: begun when it is needed, and begun again when the server has forgotten it. */
export function createMcpClient({ name, open, version, onToolsChanged }: Options) {
  type Session = { transport: McpTransport; said: Hello };
  let session: Promise<Session> | undefined;
  let lastId = 0;
  let closed = false;

  async function begin(): Promise<Session> {
    let replies = 0;
    const transport = open(heard);
    function heard({ method, id }: Readonly<Record<string, unknown>>): void {
      if (method === 'notifications/tools/list_changed') return onToolsChanged();
      if (typeof method !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return;
      replies += 1;
      if (replies > MAX_REPLIES) return;
      const answer =
        method === 'ping' ? { result: {} } : { error: { code: -32601, message: 'This client does not do that.' } };
      transport.notify({ jsonrpc: '2.0', id, ...answer }, AbortSignal.timeout(WORD_MS)).catch(() => undefined);
    }
    try {
      const answer = await ask(transport, HELLO_MS, 'initialize', {
        protocolVersion: PROTOCOL,
        capabilities: {},
        clientInfo: { name: 'Carrel', version },
      });
      const { data: said } = hello.safeParse(answer);
      if (!said) throw nonsense(name, 'Check the address.');
      if (!spoken.includes(said.protocolVersion))
        throw nonsense(name, `It speaks version ${said.protocolVersion.slice(0, 20)} of it, which is not known here.`);
      transport.agreed(said.protocolVersion, said.capabilities?.tools?.listChanged ?? false);
      await transport.notify({ jsonrpc: '2.0', method: 'notifications/initialized' }, AbortSignal.timeout(WORD_MS));
      return { transport, said };
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  function current(): Promise<Session> {
    if (closed) return Promise.reject(nonsense(name, 'The connection was closed.'));
    if (session) return session;
    const begun = begin();
    session = begun;
    begun.catch(() => session === begun && (session = undefined));
    return begun;
  }

  /** A request with its limit of time; an error of the protocol is an AppError. */
  async function ask(
    transport: McpTransport,
    timeoutMs: number,
    method: string,
    params: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    lastId += 1;
    const id = lastId;
    const late = AbortSignal.timeout(timeoutMs);
    const stop = signal ? AbortSignal.any([signal, late]) : late;
    try {
      const answer = await transport.request({ jsonrpc: '2.0', id, method, params }, stop);
      if ('result' in answer) return answer.result;
      throw new AppError('PROVIDER_ERROR', {
        message: `${name} refused: ${rpcErrorOf(answer.error).message}`,
        cause: answer.error,
      });
    } catch (error) {
      if (!stop.aborted) throw error;
      const word = { requestId: id, reason: 'Nobody waits for it any more.' };
      transport
        .notify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: word }, AbortSignal.timeout(WORD_MS))
        .catch(() => undefined);
      signal?.throwIfAborted();
      throw tooSlow(name);
    }
  }

  /** Once more in a new session, where the server has forgotten the one that there was. */
  async function within<T>(work: (transport: McpTransport) => Promise<T>): Promise<T> {
    const used = current();
    try {
      return await work((await used).transport);
    } catch (error) {
      if (!(error instanceof McpSessionLost)) throw error;
      if (session === used) session = undefined;
      return work((await current()).transport);
    }
  }

  return {
    /** All tools, each name once, as many as there is room for. */
    listTools: (): Promise<McpTool[]> =>
      within(async (transport) => {
        const tools = new Map<string, McpTool>();
        let cursor: string | undefined;
        for (let page = 0; page < MAX_PAGES && tools.size < MAX_TOOLS; page += 1) {
          const listing = readListing(await ask(transport, LIST_MS, 'tools/list', cursor ? { cursor } : {}));
          if (!listing) throw nonsense(name, 'Its list of tools cannot be read.');
          for (const tool of listing.tools) if (!tools.has(tool.name)) tools.set(tool.name, tool);
          if (listing.nextCursor === undefined) break;
          cursor = listing.nextCursor;
        }
        return withinRoom([...tools.values()]);
      }),

    callTool: (
      tool: string,
      args: Readonly<Record<string, unknown>>,
      { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
    ): Promise<McpResult> =>
      within(async (transport) => {
        const params = { name: tool, arguments: args };
        const result = readResult(await ask(transport, timeoutMs, 'tools/call', params, signal));
        if (!result) throw nonsense(name, 'Its result cannot be read.');
        return result;
      }),

    /** What the server says it is. */
    async about(): Promise<{ name: string; version: string } | undefined> {
      const { serverInfo } = (await current()).said;
      return serverInfo && { name: serverInfo.name, version: serverInfo.version ?? '' };
    },

    async close(): Promise<void> {
      closed = true;
      const last = session;
      session = undefined;
      const { transport } = (await last?.catch(() => undefined)) ?? {};
      await transport?.close();
    },
  };
}
