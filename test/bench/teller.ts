import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A model server that writes Markdown at an even pace for half a minute: `teller.ts <port> <tokens a second>`. */
const LASTS_MS = 30_000;
const perSecond = Number(process.argv[3]);
const models = JSON.stringify({
  object: 'list',
  data: [{ id: 'gpt-4o', object: 'model', created: 1, owned_by: 'bench' }],
});
const text =
  '## How long\n\nBread keeps best **cut side down** on a board, for [two days](https://example.org) or `three`. ' +
  'It goes stale because its starch sets again, not because it dries out.\n\n- first, at room temperature\n- then frozen, in slices\n\n' +
  '```sh\nbake --at 220 --for 45\n```\n\n| day | crumb |\n|---|---|\n| 1 | soft |\n| 2 | firm |\n\n';
/** About four letters each, as models cut words. */
const tokens = text.match(/[\s\S]{1,4}/g) ?? [];
const event = (choice: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;

createServer((request, response) => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json').end(request.url === '/health' ? '{}' : models);
    return;
  }
  void (async () => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const startedAt = performance.now();
    let sent = 0;
    while (performance.now() - startedAt < LASTS_MS && !response.destroyed) {
      // As many as are due, however late a timer comes.
      for (const due = ((performance.now() - startedAt) / 1_000) * perSecond; sent < due; sent += 1)
        response.write(event({ delta: { content: tokens[sent % tokens.length] } }));
      await sleep(1_000 / perSecond);
    }
    response.end(`${event({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
  })();
}).listen(Number(process.argv[2]), '127.0.0.1');
