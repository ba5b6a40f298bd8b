import Fastify, { type FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressAnswers, encodingFor } from './compress.ts';

const long = 'It is a truth universally acknowledged. '.repeat(100);
let app: FastifyInstance;
beforeAll(() => {
  app = Fastify();
  compressAnswers(app);
  app.get('/text', async () => long);
  app.get('/short', async () => 'short');
  app.get('/json', async () => ({ long }));
  app.get('/bytes', async (_request, reply) => reply.type('image/png').send(Buffer.from(long)));
  app.get('/stream', async (_request, reply) =>
    reply
      .type('text/plain')
      .header('content-length', long.length)
      .send(Readable.from([long])),
  );
  app.get('/events', async (_request, reply) => reply.type('text/event-stream').send(Readable.from([long])));
  app.get('/part', async (_request, reply) => reply.code(206).send(long));
  app.get('/tagged', async (_request, reply) => reply.header('etag', '"v1"').send(long));
  app.get('/packed', async (_request, reply) => reply.header('content-encoding', 'gzip').send(long));
  app.get('/broken', async (_request, reply) =>
    reply.type('text/plain').send(
      new Readable({
        read() {
          this.destroy(new Error('the disk is gone'));
        },
      }),
    ),
  );
});
afterAll(() => app.close());

const get = (url: string, accepted: string) => app.inject({ url, headers: { 'accept-encoding': accepted } });

describe('answers', () => {
  it('are compressed as the client takes it', async () => {
    const br = await get('/text', 'gzip, deflate, br');
    expect(br.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(Number(br.headers['content-length'])).toBe(br.rawPayload.length);
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(long);
    const gz = await get('/json', 'gzip');
    expect(JSON.parse(gunzipSync(gz.rawPayload).toString())).toEqual({ long });
  });

  it('are compressed piece by piece where they come so', async () => {
    const { headers, rawPayload } = await get('/stream', 'br');
    expect(headers['content-length']).toBeUndefined();
    expect(brotliDecompressSync(rawPayload).toString()).toBe(long);
  });

  it('that fail before their first byte are ordinary errors', async () => {
    const { statusCode, headers, body } = await get('/broken', 'br');
    expect([statusCode, headers['content-encoding']]).toEqual([500, undefined]);
    expect(JSON.parse(body)).toMatchObject({ message: 'the disk is gone' });
  });

  it.each(['/short', '/bytes', '/events', '/part'])('of %s stay as they are', async (url) => {
    const { headers, body } = await get(url, 'gzip, br');
    expect(headers['content-encoding']).toBeUndefined();
    expect(['short', long]).toContain(body);
  });

  it('have a weak tag where they are compressed: their bytes are others then', async () => {
    expect((await get('/tagged', 'gzip')).headers.etag).toBe('W/"v1"');
    expect((await get('/tagged', 'identity')).headers.etag).toBe('"v1"');
  });

  it('that are compressed already are not compressed again', async () => {
    expect((await get('/packed', 'br')).body).toBe(long);
  });

  it('say that they differ by what is taken, also to those who take nothing', async () => {
    const { headers, body } = await get('/text', '');
    expect([headers['vary'], headers['content-encoding'], body]).toEqual(['accept-encoding', undefined, long]);
  });
});

it.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.2, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0, gzip', 'gzip'],
  ['identity', null],
  ['gzip;q=0', null],
  ['gzip;q=nonsense', null],
  ['', null],
] as const)('for %j it is %s', (accepted, expected) => {
  expect(encodingFor(accepted)).toBe(expected);
});
