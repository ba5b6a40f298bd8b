import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

/** The least that an answer can cost: the same bytes, from memory, for anybody. `bare.ts <port> <file>`. */
const [port, file = ''] = process.argv.slice(2);
const answer = readFileSync(file, 'utf8');
const app = Fastify();
app.get('/health', () => ({}));
app.get('/answer', (_request, reply) => reply.type('application/json; charset=utf-8').send(answer));
await app.listen({ host: '127.0.0.1', port: Number(port) });
