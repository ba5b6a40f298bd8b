import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainAnswer, answerWithCode, wantsCode } from './answers.ts';

/**
 * A model server that answers at once; of a stream the first token leaves with the headers, the rest follows a little later. It speaks as
 * much of OpenAI's Chat Completions as is needed to be chosen and read.
 */
const REST_AFTER_MS = 2;

const event = (choice: object, usage?: object): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'gpt-4o',
    choices: [{ index: 0, finish_reason: null, ...choice }],
    ...(usage && { usage }),
  })}\n\n`;

/** The same bytes for everyone; words keep their spaces. */
function streamOf(text: string): { first: string; rest: string } {
  const [word = '', ...words] = text.split(/(?<=\s)/);
  const token = (content: string): string => event({ delta: { content } });
  const usage = { prompt_tokens: 20, completion_tokens: words.length + 1, total_tokens: words.length + 21 };
  return {
    first: event({ delta: { role: 'assistant', content: '' } }) + token(word),
    rest: `${words.map(token).join('')}${event({ delta: {}, finish_reason: 'stop' }, usage)}data: [DONE]\n\n`,
  };
}

const plain = streamOf(plainAnswer);
const withCode = streamOf(answerWithCode);
const whole = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: plainAnswer }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 20, completion_tokens: 200, total_tokens: 220 },
});
const models = JSON.stringify({
  object: 'list',
  data: [{ id: 'gpt-4o', object: 'model', created: 1, owned_by: 'bench' }],
});

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  void (async () => {
    if (request.url === '/page') {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><title>One heading</title><h1>One heading</h1>');
      return;
    }
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json').end(request.url === '/health' ? '{}' : models);
      return;
    }
    const asked = await read(request);
    if (!asked.includes('"stream":true')) {
      response.setHeader('content-type', 'application/json').end(whole);
      return;
    }
    const { first, rest } = wantsCode(asked) ? withCode : plain;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.write(first);
    await sleep(REST_AFTER_MS);
    response.end(rest);
  })();
});
server.listen(Number(process.argv[2]), '127.0.0.1');
