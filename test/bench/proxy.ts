import Fastify from 'fastify';
import { Pool } from 'undici';

/** What a proxy costs that does nothing: no account, no check, no record. The peer of Carrel's stream. */
const [port, upstream = ''] = process.argv.slice(2);
const pool = new Pool(upstream);
const app = Fastify();
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.get('/health', () => ({}));
app.post('/v1/chat/completions', async (request, reply) => {
  const answer = await pool.request({
    method: 'POST',
    path: request.url,
    headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
    body: request.body as Buffer,
  });
  reply.code(answer.statusCode).header('content-type', answer.headers['content-type']);
  return reply.send(answer.body);
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
