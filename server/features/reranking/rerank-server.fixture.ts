import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

type Asked = { path: string; model: string; query: string; documents: string[] };
type Body = {
  model: string;
  query?: string;
  documents?: string[];
  texts?: string[];
  response_format?: unknown;
  messages?: { role: string; content: string }[];
};

/** What this server takes for the best answer, whatever was asked. */
const favourite = /lighthouse/i;

/**
 * A model server that puts documents in order: at `/v1/rerank` as Cohere, Jina and vLLM do, or at `/rerank` alone as
 * text-embeddings-inference does; and by chat, held to a schema.
 */
export async function createRerankServer() {
  const state = {
    asked: [] as Asked[],
    shape: 'cohere' as 'cohere' | 'tei',
    refuse: false,
    talk: 'json',
    held: undefined as Promise<void> | undefined,
    left: 0,
  };
  const server = createServer((request, response) => {
    response.on('close', () => (state.left += response.writableFinished ? 0 : 1));
    void (async () => {
      const body = JSON.parse((await buffer(request)).toString() || '{}') as Body;
      const path = request.url ?? '';
      const answer = (status: number, reply: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
      if (path.endsWith('/models')) return answer(200, { object: 'list', data: [{ id: 'talker' }] });
      if (path === '/v1/chat/completions') {
        const said = body.response_format ? ranking(body) : 'It says so [1].';
        const chunk = { choices: [{ delta: { content: said }, finish_reason: 'stop' }] };
        return void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
      }
      if (path === '/v1/rerank' && state.shape === 'tei') return answer(404, { detail: 'Not Found' });
      const documents = body.documents ?? body.texts ?? [];
      state.asked.push({ path, model: body.model, query: body.query ?? '', documents });
      await state.held;
      if (state.refuse) return answer(503, { error: { message: 'loading' } });
      const scored = documents.map((text, index) => ({ index, score: favourite.test(text) ? 4.2 : -1 - index }));
      scored.sort((a, b) => b.score - a.score);
      answer(
        200,
        path === '/rerank'
          ? scored
          : { results: scored.map(({ index, score }) => ({ index, relevance_score: score })) },
      );
    })();
  });

  function ranking({ model, messages = [] }: Body): string {
    const documents = (messages.at(-1)?.content ?? '').match(/<passage[^]*?<\/passage>/g) ?? [];
    state.asked.push({ path: 'chat', model, query: '', documents });
    const best = documents.findIndex((text) => favourite.test(text)) + 1;
    return state.talk === 'json' ? JSON.stringify({ ranking: best > 0 ? [best] : [] }) : state.talk;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    state,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
