import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type Dispatcher } from 'undici';
import { seconds } from '../../../lib/clock.ts';
import { McpSessionLost, McpUnauthorized } from '../driver.ts';
import type { McpTransport, OpenTransport, RpcAnswer, RpcNotification, RpcRequest } from '../driver.ts';
import { nonsense, refused, rpcErrorOf, transportError } from '../errors.ts';
import { MAX_BYTES, messagesIn, parseMessage, type Heard, type SseNote } from './http-body.ts';

export type HttpEndpoint = {
  /** What the server is called in errors. */
  name: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** An access token for the next request, where people sign in there. */
  token?: (() => Promise<string | undefined>) | undefined;
  userAgent: string;
  /** Opens the sockets; a guard that pins addresses goes here. */
  connect: Pool.Options['connect'];
};

const CONNECT_MS = seconds(10);
const FAREWELL_MS = seconds(1);
/** How often a stream that broke off before the answer is taken up again, and the longest pause before that. */
const MAX_RESUMES = 5;
const LONGEST_PAUSE_MS = seconds(5);
const PAUSE_MS = 500;
/** How often the stream of what a server says by itself is opened in one session. */
const MAX_LISTENS = 20;

type Response = Dispatcher.ResponseData;

/** Streamable HTTP (MCP 2025-06-18). Redirects are not followed: they would carry headers and tokens to somewhere else. */
export const httpTransport =
  ({ name, url, headers, token, userAgent, connect }: HttpEndpoint): OpenTransport =>
  (heard): McpTransport => {
    // The signals limit the time: a tool may be silent for as long as it may run.
    const pool = new Pool(url.origin, {
      allowH2: false,
      connectTimeout: CONNECT_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(connect && { connect }),
    });
    const over = new AbortController();
    let sessionId: string | undefined;
    let protocol: string | undefined;

    async function exchange(
      method: 'POST' | 'GET' | 'DELETE',
      signal: AbortSignal,
      more: { body?: string; last?: string } = {},
    ) {
      const bearer = await token?.();
      let response: Response;
      try {
        response = await pool.request({
          method,
          path: `${url.pathname}${url.search}`,
          headers: {
            'user-agent': userAgent,
            accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
            // Nothing is unpacked here, so nothing can be a bomb.
            'accept-encoding': 'identity',
            ...(more.body !== undefined && { 'content-type': 'application/json' }),
            ...headers,
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
            ...(sessionId !== undefined && { 'mcp-session-id': sessionId }),
            ...(protocol !== undefined && { 'mcp-protocol-version': protocol }),
            ...(more.last !== undefined && { 'last-event-id': more.last }),
          },
          body: more.body ?? null,
          signal: AbortSignal.any([signal, over.signal]),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw transportError(name, error);
      }
      response.body.on('error', () => undefined);
      if (response.statusCode >= 200 && response.statusCode < 300) return response;
      throw await refusal(response, signal);
    }

    async function refusal(response: Response, signal: AbortSignal): Promise<unknown> {
      const { statusCode: status } = response;
      const said = await saidIn(response);
      signal.throwIfAborted();
      if (status === 401) return new McpUnauthorized(one(response.headers['www-authenticate']));
      // Some say 400 where the standard asks for 404.
      const isLost = status === 404 || (status === 400 && /session/i.test(said ?? ''));
      if (isLost && sessionId !== undefined) return new McpSessionLost();
      if (status >= 300 && status < 400) {
        const target = URL.parse(one(response.headers['location']) ?? '', url.href);
        return refused(
          name,
          status,
          target ? `It sends on to ${target.origin}${target.pathname}: use that address.` : '',
        );
      }
      return refused(name, status, said);
    }

    /** The reason in an error's body, where it has one that can be read. */
    async function saidIn({ body, headers: answered }: Response): Promise<string | undefined> {
      try {
        if (!isJson(answered)) return undefined;
        const { error } = (await parsed(body)) as { error?: unknown };
        return typeof error === 'string' ? error : error === undefined ? undefined : rpcErrorOf(error).message;
      } catch {
        return undefined;
      } finally {
        body.destroy();
      }
    }

    const parsed = async (body: Response['body']): Promise<unknown> => {
      let text = '';
      body.setEncoding('utf8');
      for await (const piece of body as AsyncIterable<string>) {
        text += piece;
        if (text.length > MAX_BYTES) throw nonsense(name, 'Its answer is too large.');
      }
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw nonsense(name, 'Its answer is not JSON.', error);
      }
    };

    /** Passes on what the server says beside the answer; resolves with the answer where it is among the messages. */
    function sorted(message: Heard, id: RpcRequest['id'] | undefined): RpcAnswer | undefined {
      if (id !== undefined && message['id'] === id && ('result' in message || 'error' in message))
        return message as unknown as RpcAnswer;
      heard(message);
      return undefined;
    }

    /** Reads a stream up to the answer; undefined where it ends before. `note` keeps where to take it up again. */
    async function readStream(
      response: Response,
      id: RpcRequest['id'] | undefined,
      note: SseNote,
      signal: AbortSignal,
    ) {
      try {
        for await (const message of messagesIn(response.body, name, note)) {
          const answer = sorted(message, id);
          if (answer) return answer;
        }
        return undefined;
      } catch (error) {
        signal.throwIfAborted();
        throw transportError(name, error);
      } finally {
        response.body.destroy();
      }
    }

    async function request(message: RpcRequest, signal: AbortSignal): Promise<RpcAnswer> {
      const response = await exchange('POST', signal, { body: JSON.stringify(message) });
      if (message.method === 'initialize') sessionId = visible(one(response.headers['mcp-session-id']));
      if (isJson(response.headers)) {
        const answer = await parsed(response.body).catch((error: unknown) => {
          signal.throwIfAborted();
          throw transportError(name, error);
        });
        const messages = (Array.isArray(answer) ? answer : [answer]).map((one) => parseMessage(one, name));
        for (const each of messages) {
          const found = sorted(each, message.id);
          if (found) return found;
        }
        throw nonsense(name, 'The answer to what was asked is missing.');
      }
      if (!isStream(response.headers)) {
        response.body.destroy();
        throw nonsense(name, 'Check the address.');
      }
      const note: SseNote = { last: undefined, retryMs: undefined };
      let answer = await read(response).catch(broken);
      for (let tries = 0; !answer && note.last !== undefined && tries < MAX_RESUMES; tries += 1) {
        await sleep(Math.min(note.retryMs ?? PAUSE_MS, LONGEST_PAUSE_MS), undefined, { signal });
        answer = await exchange('GET', signal, { last: note.last }).then(read).catch(broken);
      }
      if (!answer) throw nonsense(name, 'It broke off before it had answered.');
      return answer;

      function read(from: Response) {
        return readStream(from, message.id, note, signal);
      }
      /** What breaks can be taken up again where the server said how. */
      function broken(error: unknown): undefined {
        signal.throwIfAborted();
        const unreachable = (error as { code?: unknown }).code === 'PROVIDER_UNREACHABLE';
        if (!unreachable || note.last === undefined) throw error;
      }
    }

    /** What the server says by itself, for as long as the session lasts. A server that offers no such stream answers 405. */
    async function listen(): Promise<void> {
      const note: SseNote = { last: undefined, retryMs: undefined };
      for (let times = 0; times < MAX_LISTENS && !over.signal.aborted; times += 1) {
        try {
          const response = await exchange('GET', over.signal, note.last === undefined ? {} : { last: note.last });
          if (!isStream(response.headers)) return response.body.destroy() && undefined;
          await readStream(response, undefined, note, over.signal);
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'PROVIDER_UNREACHABLE') return;
        }
        await sleep(Math.max(note.retryMs ?? 0, LONGEST_PAUSE_MS), undefined, { signal: over.signal, ref: false });
      }
    }

    return {
      request,
      async notify(message: RpcNotification | RpcAnswer, signal) {
        const { body } = await exchange('POST', signal, { body: JSON.stringify(message) });
        body.destroy();
      },
      agreed(version, listens) {
        protocol = version;
        if (listens) listen().catch(() => undefined);
      },
      async close() {
        if (sessionId !== undefined)
          await exchange('DELETE', AbortSignal.timeout(FAREWELL_MS)).then(
            ({ body }) => body.destroy(),
            () => undefined,
          );
        over.abort();
        await pool.destroy();
      },
    };
  };

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const typeOf = (headers: Response['headers']): string => one(headers['content-type'])?.toLowerCase() ?? '';
const isJson = (headers: Response['headers']): boolean => typeOf(headers).startsWith('application/json');
const isStream = (headers: Response['headers']): boolean => typeOf(headers).startsWith('text/event-stream');
/** A session's id is visible ASCII; anything else is none. */
const visible = (id: string | undefined): string | undefined =>
  id !== undefined && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : undefined;
