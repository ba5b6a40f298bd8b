import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A model server whose answers are the time of day, 20 times a second, for as long as the question says: `for 3000`; `every 1000`: that seldom. */
const EVERY_MS = 50;
const models = JSON.stringify({
  object: 'list',
  data: [{ id: 'gpt-4o', object: 'model', created: 1, owned_by: 'bench' }],
});
const event = (choice: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;

createServer((request, response) => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json').end(request.url === '/health' ? '{}' : models);
    return;
  }
  void (async () => {
    let asked = '';
    for await (const part of request as AsyncIterable<Buffer>) asked += part.toString();
    const lasts = Number(/for (\d+)/.exec(asked)?.[1] ?? 0);
    const every = Number(/every (\d+)/.exec(asked)?.[1] ?? EVERY_MS);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const until = Date.now() + lasts;
    // Streams that began together do not tick together.
    await sleep(Math.random() * EVERY_MS);
    while (Date.now() < until) {
      response.write(event({ delta: { content: `${performance.timeOrigin + performance.now()} ` } }));
      await sleep(every);
    }
    response.end(`${event({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
  })();
}).listen(Number(process.argv[2]), '127.0.0.1');
