import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { anthropic, anthropicModels } from './anthropic.ts';
import { ollama, ollamaShow, ollamaTags } from './ollama.ts';
import { lmStudioModels, openai, openaiModels } from './openai.ts';
import type { Body, Protocol } from './protocol.ts';
import { makeAnswer, type FakeScript } from './script.ts';
import { sendStream } from './wire.ts';

export type { FakeScript } from './script.ts';

export type FakeRequest = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Body;
  /** The client went away before the answer was whole. */
  closedEarly: boolean;
  /** Settles when the connection has no more to do with this request. */
  ended: Promise<void>;
};

export type FakeLlm = {
  /** `http://127.0.0.1:port`, without a path. */
  url: string;
  port: number;
  /** Every request so far, oldest first. */
  requests: FakeRequest[];
  /** How chats are answered from now on; `{}` is the default answer again. */
  script(script: FakeScript): void;
  close(): Promise<void>;
};

export type FakeOptions = {
  /** A free one by default. */
  port?: number;
  /** Requests without it are refused with 401. */
  apiKey?: string;
  models?: { openai?: readonly string[]; ollama?: readonly string[]; anthropic?: readonly string[] };
  /** Has LM Studio's own listing beside the OpenAI protocol. */
  lmStudio?: boolean;
};

const standardModels = {
  openai: ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'],
  ollama: ['llama3.2:latest', 'nomic-embed-text:latest'],
  anthropic: ['claude-sonnet-4-6', 'claude-haiku-4-5-20251001'],
};

const chats: Record<string, 'openai' | 'ollama' | 'anthropic'> = {
  '/v1/chat/completions': 'openai',
  '/api/chat': 'ollama',
  '/v1/messages': 'anthropic',
};
const protocols = { openai, ollama, anthropic };

const protocolOf = (path: string, headers: IncomingHttpHeaders): keyof typeof protocols => {
  if (path.startsWith('/v1/')) return headers['anthropic-version'] ? 'anthropic' : 'openai';
  return 'ollama';
};

const send = (res: ServerResponse, status: number, json: unknown, headers?: Record<string, string>): void => {
  const body = typeof json === 'string' ? json : JSON.stringify(json);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body);
};

const missing = {
  openai: 'does not exist or you do not have access to it',
  ollama: 'not found',
  anthropic: 'not found',
};
const named = (name: string, names: readonly string[]): boolean =>
  names.includes(name) || names.includes(`${name}:latest`);

/**
 * A model server for tests, on loopback: OpenAI, Ollama and Anthropic at once, each at its own paths, as the services
 * themselves speak. Answers are made from the last message unless a script says otherwise.
 */
export async function createFakeLlm(options: FakeOptions = {}): Promise<FakeLlm> {
  const models = { ...standardModels, ...options.models };
  const requests: FakeRequest[] = [];
  let current: FakeScript = {};
  let failed = 0;

  const listing = (path: string, body: Body, who: keyof typeof protocols): unknown => {
    if (path === '/api/version') return { version: '0.12.6' };
    if (path === '/api/tags') return ollamaTags(models.ollama);
    if (path === '/api/show' && named(String(body['model']), models.ollama)) return ollamaShow(String(body['model']));
    if (path === '/api/v0/models' && options.lmStudio) return lmStudioModels(models.openai);
    if (path !== '/v1/models') return undefined;
    return who === 'anthropic' ? anthropicModels(models.anthropic) : openaiModels(models.openai);
  };

  async function chat(res: ServerResponse, { body, headers }: FakeRequest, who: keyof typeof protocols): Promise<void> {
    const protocol: Protocol = protocols[who];
    const script = current;
    const refuse = (status: number, message: string): void =>
      send(res, status, script.body ?? protocol.error(status, message), script.headers);
    if (script.failFirst && failed < script.failFirst.times) {
      failed += 1;
      return refuse(script.failFirst.status, script.message ?? 'The fake fails as it was told.');
    }
    if (script.status) return refuse(script.status, script.message ?? 'The fake refuses as it was told.');
    const refusal = protocol.refusal(body, headers);
    if (refusal) return refuse(400, refusal);
    const unknown = script.refuseParameters?.find((name) => body[name] !== undefined);
    if (unknown) return refuse(400, `Unsupported parameter: '${unknown}' is not supported with this model.`);
    const model = String(body['model']);
    if (!named(model, models[who])) return refuse(404, `model '${model}' ${missing[who]}`);

    const answer = makeAnswer(script, model, protocol.messages(body));
    if (!protocol.wantsStream(body)) return send(res, 200, protocol.whole(answer), script.headers);
    return sendStream(res, protocol, protocol.frames(answer, body), script);
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = new URL(req.url ?? '/', 'http://fake').pathname;
    const request: FakeRequest = {
      method: req.method ?? '',
      path,
      headers: req.headers,
      body: {},
      closedEarly: false,
      ended: new Promise((resolve) => {
        res.on('close', () => {
          request.closedEarly = !res.writableFinished;
          resolve();
        });
      }),
    };
    requests.push(request);
    const raw = await readText(req);
    const who = protocolOf(path, req.headers);
    try {
      if (raw) request.body = JSON.parse(raw) as Body;
    } catch {
      return send(res, 400, protocols[who].error(400, 'We could not parse the JSON body of your request.'));
    }
    if (options.apiKey && !protocols[who].hasKey(req.headers, options.apiKey)) {
      return send(
        res,
        401,
        protocols[who].error(401, `Incorrect API key provided: ${req.headers.authorization ?? ''}`),
      );
    }
    const chatProtocol = req.method === 'POST' ? chats[path] : undefined;
    if (chatProtocol) return chat(res, request, chatProtocol);
    if (path === '/') return void res.end('Ollama is running');
    if (current.listingStalls) return;
    if (current.listingStatus)
      return send(res, current.listingStatus, protocols[who].error(current.listingStatus, 'No.'));
    const found = listing(path, request.body, who);
    if (found === undefined) return send(res, 404, protocols[who].error(404, `${path} not found`));
    return send(res, 200, found);
  }

  const server = createServer((req, res) => {
    res.socket?.setNoDelay(true);
    // A client that leaves in the middle is an ordinary case here.
    handle(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    script(script) {
      current = script;
      failed = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
