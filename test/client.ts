import { eventsIn } from '../server/features/chat/frames.ts';
import type { ChatEvent } from '../shared/stream.ts';
import type { SignedIn, User } from '../shared/api/auth.ts';

/** Tests look at answers of every shape. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;
export type Answer<T = Json> = { status: number; headers: Headers; body: T };
export type SeenEvent = ChatEvent & { seq: number };

type Options = { headers?: Record<string, string>; signal?: AbortSignal };

/** A client at the front door, as a browser with a session would be: cookies are kept, the CSRF token is sent along. */
export class Client {
  url: string;
  cookies = new Map<string, string>();
  csrfToken: string | null = null;
  accessToken: string | null = null;
  user: User | null = null;

  constructor(url: string) {
    this.url = url;
  }

  get id(): string {
    if (!this.user) throw new Error('nobody is signed in here');
    return this.user.id;
  }

  get = <T = Json>(path: string, options?: Options): Promise<Answer<T>> => this.call('GET', path, undefined, options);
  post = <T = Json>(path: string, body?: unknown, options?: Options): Promise<Answer<T>> =>
    this.call('POST', path, body, options);
  put = <T = Json>(path: string, body?: unknown, options?: Options): Promise<Answer<T>> =>
    this.call('PUT', path, body, options);
  patch = <T = Json>(path: string, body?: unknown, options?: Options): Promise<Answer<T>> =>
    this.call('PATCH', path, body, options);
  delete = <T = Json>(path: string, options?: Options): Promise<Answer<T>> =>
    this.call('DELETE', path, undefined, options);

  async call<T = Json>(method: string, path: string, body?: unknown, options: Options = {}): Promise<Answer<T>> {
    const response = await this.fetch(method, path, body, options);
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: (json && text ? JSON.parse(text) : text) as T };
  }

  /** The response itself, for streams and downloads. */
  async fetch(method: string, path: string, body?: unknown, { headers = {}, signal }: Options = {}): Promise<Response> {
    const raw =
      body instanceof FormData ||
      typeof body === 'string' ||
      body instanceof Uint8Array ||
      body instanceof URLSearchParams;
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookies.size && { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(this.csrfToken !== null && method !== 'GET' && { 'x-csrf-token': this.csrfToken }),
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as RequestInit['body'] & {} }),
      ...(signal && { signal }),
    });
    for (const line of response.headers.getSetCookie()) this.keepCookie(line);
    return response;
  }

  keepCookie(line: string): void {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  signedIn(body: SignedIn): this {
    this.csrfToken = body.csrf_token;
    this.accessToken = body.access_token ?? null;
    this.user = body.user;
    return this;
  }

  /** Asks, and reads the stream to its end. A refusal throws. */
  async chat(body: Record<string, unknown>, options: Options = {}): Promise<SeenEvent[]> {
    return readAll(await this.openStream('POST', '/api/chat/stream', body, options));
  }

  async openStream(method: string, path: string, body?: unknown, options: Options = {}): Promise<Response> {
    const response = await this.fetch(method, path, body, options);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return response;
  }

  async upload(filename: string, content: Uint8Array | string, type = 'application/octet-stream'): Promise<Answer> {
    const form = new FormData();
    form.append('file', new Blob([content as string], { type }), filename);
    return this.call('POST', '/api/files', form);
  }

  /** Uploads, and waits until the file is ready or has failed. */
  async uploadAndWait(filename: string, content: Uint8Array | string, type?: string): Promise<Answer['body']> {
    const { status, body } = await this.upload(filename, content, type);
    if (status !== 201) throw new Error(`upload: ${status} ${JSON.stringify(body)}`);
    for (;;) {
      const file = (await this.get(`/api/files/${body.id}`)).body as { status: string };
      if (file.status === 'ready' || file.status === 'failed') return file;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

export async function readAll(response: Response): Promise<SeenEvent[]> {
  return [...eventsIn(await response.text())];
}

/** Events as they come in. */
export async function* readEvents(response: Response): AsyncGenerator<SeenEvent> {
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += text;
    const end = rest.lastIndexOf('\n\n') + 2;
    if (end < 2) continue;
    yield* eventsIn(rest.slice(0, end));
    rest = rest.slice(end);
  }
}

export const textOf = (events: readonly SeenEvent[]): string =>
  events.map((event) => (event.event === 'delta' ? event.data.text : '')).join('');
