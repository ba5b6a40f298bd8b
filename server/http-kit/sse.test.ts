import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { openEventStream, type EventStream } from './sse.ts';

const WORDS = 'data: Grüße 🌍\n\n';
const MORE = `data: ${'x'.repeat(70_000)}\n\n`;

/** What a client gets over the wire of a stream that writes this, to the end of the connection. */
async function wire(asked: string, write: (stream: EventStream) => unknown): Promise<string> {
  const app = Fastify();
  app.get('/', async (request, reply) => {
    const stream = openEventStream(request, reply);
    await write(stream);
    stream.end();
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(asked);
  return text(socket);
}

const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
const chunk = (words: string): string => `${Buffer.byteLength(words).toString(16)}\r\n${words}\r\n`;
const nextTurn = () => new Promise(setImmediate);

it('writes each piece of a stream as one whole chunk, counted in bytes, and its end', async () => {
  const answer = await wire('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', async (stream) => {
    stream.write(WORDS);
    await nextTurn();
    stream.write('');
    stream.write(MORE);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toMatch(/\r\ntransfer-encoding: chunked\r\n/i);
  expect(bodyOf(answer)).toBe(`${chunk(WORDS)}${chunk(MORE)}0\r\n\r\n`);
});

it('writes the words alone to a client that knows no chunks', async () => {
  const answer = await wire('GET / HTTP/1.0\r\nhost: x\r\n\r\n', (stream) => stream.write(WORDS));
  expect(answer).not.toMatch(/transfer-encoding/i);
  expect(bodyOf(answer)).toBe(WORDS);
});

it('answers requests that came together one after the other', async () => {
  const asked = 'GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
  const answers = (await wire(asked, (stream) => stream.write(WORDS).toString())).split(/(?=HTTP\/1\.1 200)/);
  expect(answers.map(bodyOf)).toEqual(Array(2).fill(`${chunk(WORDS)}0\r\n\r\n`));
});

it('says that it has begun before there is anything to say', async () => {
  const app = Fastify();
  app.get('/', (request, reply) => void openEventStream(request, reply));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const leaving = new AbortController();
  onTestFinished(async () => {
    leaving.abort();
    await app.close();
  });
  const { status, headers } = await fetch(url, { signal: leaving.signal });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
});
