import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { createProviderHttp, type HttpSettings, type ProviderHttp } from './http.ts';

const never = new AbortController().signal;
const timeouts = { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function open(baseUrl: string, over: Partial<HttpSettings> = {}): ProviderHttp {
  const settings = { id: 'x', name: 'X', kind: 'openai-compatible' as const, baseUrl };
  const http = createProviderHttp(
    { settings, prefix: '/v1', headers: {} },
    { userAgent: 'carrel/test', timeouts, ...over },
  );
  cleanups.push(() => http.close());
  return http;
}

async function answering(
  body: string,
  seen: (headers: Record<string, unknown>) => void = () => undefined,
): Promise<string> {
  const server = createServer((req, res) => {
    seen(req.headers);
    res.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('HTTP to a provider', () => {
  it('takes a name and password from the address as Basic credentials', async () => {
    let headers: Record<string, unknown> = {};
    const host = await answering('{"ok":1}', (got) => (headers = got));
    expect(await open(`http://me:p%40ss@${host}`).getJson('/models', { signal: never })).toEqual({ ok: 1 });
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('refuses what is not JSON, and what is too much of it', async () => {
    const nonsense = open(`http://${await answering('hello')}`);
    await expect(nonsense.getJson('/models', { signal: never })).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    const endless = open(`http://${await answering(`"${'x'.repeat(17 * 1024 * 1024)}"`)}`);
    await expect(endless.getJson('/models', { signal: never })).rejects.toMatchObject({
      detail: 'Its answer is too large.',
    });
  });

  it('opens sockets as it is told, and passes a guard’s refusal on', async () => {
    const connect: NonNullable<HttpSettings['connect']> = (_, done) => done(new AppError('URL_BLOCKED'), null);
    const guarded = open(`http://${await answering('{}')}`, { connect });
    await expect(guarded.getJson('/models', { signal: never })).rejects.toMatchObject({ code: 'URL_BLOCKED' });
  });

  it('says that a server speaks no HTTP', async () => {
    const { createServer: createTcp } = await import('node:net');
    const server = createTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const http = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(http.getJson('/', { signal: never })).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });
});
