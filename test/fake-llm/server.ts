import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer as readBuffer } from 'node:stream/consumers';
import { anthropic } from './anthropic.ts';
import { readForm } from './extras.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import type { Body, Protocol } from './protocol.ts';
import { createRoutes, named, standardModels, type FakeModels } from './routes.ts';
import { makeAnswer, type FakeScript } from './script.ts';
import { sendStream } from './wire.ts';

export type { FakeScript } from './script.ts';

export type FakeRequest = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Of JSON, or the fields of a form, files by name, type and size. */
  body: Body;
  /** The bytes of the body. */
  raw: Buffer;
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
  models?: Partial<FakeModels>;
  /** Has LM Studio's own listing beside the OpenAI protocol. */
  lmStudio?: boolean;
};

const chats: Record<string, 'openai' | 'ollama' | 'anthropic'> = {
  '/v1/chat/completions': 'openai',
  '/api/chat': 'ollama',
  '/api/generate': 'ollama',
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
/**
 * A model server for tests, on loopback: OpenAI, Ollama and Anthropic at once, each at its own paths, as the services
 * themselves speak. Answers are made from the last message unless a script says otherwise.
 */
export async function createFakeLlm(options: FakeOptions = {}): Promise<FakeLlm> {
  const models = { ...standardModels, ...options.models };
  const routes = createRoutes(models, options.lmStudio ?? false);
  const requests: FakeRequest[] = [];
  let current: FakeScript = {};
  let failed = 0;

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
    if (!named(model, who === 'ollama' ? routes.installed() : models[who]))
      return refuse(404, `model '${model}' ${missing[who]}`);

    if (script.next) current = script.next;
    const answer = makeAnswer(script, model, protocol.read(body));
    routes.used(model);
    if (!protocol.wantsStream(body)) return send(res, 200, protocol.whole(answer, body), script.headers);
    return sendStream(res, protocol, protocol.frames(answer, body), script);
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = new URL(req.url ?? '/', 'http://fake').pathname;
    const request: FakeRequest = {
      method: req.method ?? '',
      path,
      headers: req.headers,
      body: {},
      raw: Buffer.alloc(0),
      closedEarly: false,
      ended: new Promise((resolve) => {
        res.on('close', () => {
          request.closedEarly = !res.writableFinished;
          resolve();
        });
      }),
    };
    requests.push(request);
    const raw = await readBuffer(req);
    request.raw = raw;
    const who = protocolOf(path, req.headers);
    try {
      const isForm = req.headers['content-type']?.startsWith('multipart/form-data');
      if (isForm) request.body = await readForm(raw, req.headers);
      else if (raw.length > 0) request.body = JSON.parse(raw.toString()) as Body;
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
    const reply = routes.answer(request, who);
    if (!reply) return send(res, 404, protocols[who].error(404, `${path} not found`));
    if ('frames' in reply) return sendStream(res, protocols[who], reply.frames, current);
    const { status = 200, json, refusal, type } = reply;
    return send(
      res,
      status,
      refusal ? protocols[who].error(status, refusal) : json,
      type ? { 'content-type': type } : undefined,
    );
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
