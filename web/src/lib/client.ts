import { takeAhead } from './ahead.ts';
import { ApiError, offline, toRefusal } from './problem.ts';
import { serverUrl, standsElsewhere } from './server.ts';
import { createStore, type Store } from './store.ts';
import { turn } from './turn.ts';

type Send = { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | undefined; keepalive?: boolean };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Client = {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  /** `keepalive` lets the request outlive the page. */
  delete(path: string, options?: { keepalive?: boolean }): Promise<void>;
  /** The raw answer, for streams. A status that is not 2xx throws like everything else here. */
  open(method: Method, path: string, send?: Send): Promise<Response>;
  /** Keeps what a sign-in or `GET /api/auth/session` answered, in memory alone; null forgets all of it. */
  hold(answer: Held | null): void;
  /** The headers that say who one is, for a request that is not made here. */
  credentials(): Record<string, string>;
  /** Asks for a fresh session with the refresh cookie; false where there is none to be had. */
  renew(): Promise<boolean>;
  /** Whether the server takes no cookies: links to it then need `open`. */
  byToken(): boolean;
  /** What a socket says of who one is; null where its cookie says it. */
  token(): string | null;
  /** Whether the last request reached the server. */
  reachable: Store<boolean>;
  /** Called when a session has ended while the page was in use. */
  onSignedOut(listener: () => void): void;
};

/** What comes with a session: absent members stay as they were. */
type Held = { csrf_token: string | null; access_token?: string | undefined };

/** 401 that say nothing about the session. */
const aboutWhatWasTyped: ReadonlySet<string> = new Set(['INVALID_CREDENTIALS', 'TOTP_REQUIRED', 'TOTP_INVALID']);

/** Every call throws `ApiError` when it is refused or nothing answers; an aborted one throws the `AbortError` of fetch. */
export function createClient(): Client {
  let token: string | null = null;
  let access: string | null = null;
  /** Found out by a request: with the cookie alone it was nobody's. */
  let byToken = standsElsewhere;
  /** Nobody was signed in here before: asking once is enough. */
  let nobody = false;
  let renewing: Promise<boolean> | null = null;
  let refreshing: Promise<boolean> | null = null;
  const reachable = createStore(true);
  const signedOut = new Set<() => void>();

  function credentials(): Record<string, string> {
    if (byToken && access !== null) return { authorization: `Bearer ${access}` };
    return token === null ? {} : { 'x-csrf-token': token };
  }

  function hold(answer: Held | null): void {
    token = answer?.csrf_token ?? null;
    if (answer === null) [access, byToken] = [null, standsElsewhere];
    else {
      access = answer.access_token ?? access;
      nobody = false;
    }
  }

  async function once(method: Method, path: string, send: Send): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json', ...send.headers };
    // A form and a file say themselves what they are.
    const saysItself = send.body instanceof FormData || send.body instanceof Blob;
    if (send.body !== undefined && !saysItself) headers['content-type'] = 'application/json';
    if (byToken || method !== 'GET') Object.assign(headers, credentials());
    const init: RequestInit = {
      method,
      headers,
      credentials: standsElsewhere ? 'include' : 'same-origin',
      ...(send.body !== undefined && {
        body: saysItself ? (send.body as FormData | Blob) : JSON.stringify(send.body),
      }),
      ...(send.signal && { signal: send.signal }),
      ...(send.keepalive && { keepalive: true }),
    };
    try {
      const ahead = method === 'GET' ? takeAhead(path) : undefined;
      // A page that opens asks for many things at once, and to send each takes the browser a while.
      if (method === 'GET' && !ahead) await turn();
      const response = await (ahead ?? fetch(serverUrl(path), init));
      reachable.set(true);
      return response;
    } catch (error) {
      if (send.signal?.aborted) throw error;
      reachable.set(false);
      throw new ApiError(offline());
    }
  }

  /** Signing in from another tab changes the token; asking for the session once brings the new one. */
  async function renewToken(): Promise<boolean> {
    const response = await once('GET', '/api/auth/session', {});
    if (!response.ok) return false;
    hold((await response.json()) as Held);
    return true;
  }

  /** Wakes a session that was to stay signed in. Only a refusal ends it: a server that cannot be asked now is asked again later. */
  async function refreshSession(): Promise<boolean> {
    const response = await once('POST', '/api/auth/refresh', {});
    if (response.ok) {
      hold((await response.json()) as Held);
      return true;
    }
    if (response.status === 401 || response.status === 403) return false;
    throw new ApiError(toRefusal(response.status, await response.text(), response.headers.get('x-request-id')));
  }

  /** One refresh for all calls that need it. */
  const renew = (): Promise<boolean> => (refreshing ??= refreshSession().finally(() => (refreshing = null)));

  const mayWake = (code: string): boolean =>
    code === 'SESSION_EXPIRED' || code === 'TOKEN_EXPIRED' || (code === 'AUTH_REQUIRED' && !nobody);

  async function open(method: Method, path: string, send: Send = {}, again = true): Promise<Response> {
    const withToken = byToken;
    const response = await once(method, path, send);
    if (response.ok) return response;
    const refusal = toRefusal(response.status, await response.text(), response.headers.get('x-request-id'));
    // A server without session cookies (AUTH_MODE=bearer) sees nobody behind them.
    if (refusal.code === 'AUTH_REQUIRED' && access !== null && !withToken) {
      byToken = true;
      return open(method, path, send, again);
    }
    if (refusal.status === 401 && again && mayWake(refusal.code)) {
      if (await renew()) return open(method, path, send, false);
      nobody = true;
    }
    if (refusal.code === 'CSRF_INVALID' && again) {
      renewing ??= renewToken().finally(() => (renewing = null));
      if (await renewing) return open(method, path, send, false);
    }
    if (refusal.status === 401 && !aboutWhatWasTyped.has(refusal.code)) {
      for (const listener of signedOut) listener();
    }
    throw new ApiError(refusal);
  }

  async function json<T>(method: Method, path: string, send: Send): Promise<T> {
    const response = await open(method, path, send);
    const text = await response.text();
    if (text === '') return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new ApiError(toRefusal(response.status, text, response.headers.get('x-request-id')));
    }
  }

  return {
    get: (path, signal) => json('GET', path, { signal }),
    post: (path, body) => json('POST', path, { body }),
    put: (path, body) => json('PUT', path, { body }),
    patch: (path, body) => json('PATCH', path, { body }),
    delete: (path, options = {}) => json('DELETE', path, options),
    open: (method, path, send) => open(method, path, send),
    hold,
    credentials,
    renew,
    byToken: () => byToken,
    token: () => (byToken ? access : null),
    reachable,
    onSignedOut: (listener) => void signedOut.add(listener),
  };
}
