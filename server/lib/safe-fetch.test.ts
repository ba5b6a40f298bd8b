import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutboundGuard } from './outbound-guard.ts';
import { guardedConnector, safeFetch } from './safe-fetch.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)))),
  );
});

/** Every name is this machine; the ports given may be reached under `app.test` and `other.test`. */
const guardFor = (...ports: number[]) =>
  createOutboundGuard({
    allow: ports.flatMap((port) => [`app.test:${port}`, `other.test:${port}`]),
    resolver: (host) => Promise.resolve([host === 'meta.test' ? '169.254.169.254' : '127.0.0.1']),
  });

const echo: RequestListener = (incoming, reply) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () =>
    reply.end(
      JSON.stringify({ method: incoming.method, headers: incoming.headers, body: Buffer.concat(chunks).toString() }),
    ),
  );
};

describe('safeFetch', () => {
  it('fetches and keeps the host name of the request', async () => {
    const port = await serve(echo);
    const answer = await safeFetch(`http://app.test:${port}/a?b=c`, {
      guard: guardFor(port),
      method: 'POST',
      body: 'hello',
      headers: { 'x-mark': '1' },
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      method: 'POST',
      body: 'hello',
      headers: { host: `app.test:${port}`, 'x-mark': '1' },
    });
  });

  it('opens the socket to the address that was checked, whatever the name server says afterwards', async () => {
    let reached = 0;
    const port = await serve((_, reply) => (reached++, reply.end('inside')));
    const answers = [['93.184.215.14'], ['127.0.0.1']];
    const rebinding = createOutboundGuard({ resolver: () => Promise.resolve(answers.shift() ?? ['127.0.0.1']) });
    await expect(safeFetch(`http://rebind.test:${port}/`, { guard: rebinding })).rejects.toMatchObject({
      code: 'URL_BLOCKED',
    });
    expect(reached).toBe(0);
  });

  it('asks the guard once for each socket and connects to no address but the one it gave', async () => {
    const port = await serve((_, reply) => reply.end('pinned'));
    const asked: string[] = [];
    // A name that no resolver of this machine knows: only the guard's answer can have led there.
    const dispatcher = new Agent({
      connect: guardedConnector({
        ...guardFor(port),
        resolve: (host, at) => (asked.push(`${host}:${at}`), Promise.resolve(['127.0.0.1'])),
      }),
    });
    const { body } = await request(`http://unknown.invalid:${port}/`, { dispatcher });
    expect(await body.text()).toBe('pinned');
    expect(asked).toEqual([`unknown.invalid:${port}`]);
    await dispatcher.destroy();
  });

  it('tries the next address when one does not answer', async () => {
    const port = await serve((_, reply) => reply.end('second'));
    const guard = createOutboundGuard({
      allow: [`app.test:${port}`],
      resolver: () => Promise.resolve(['127.0.0.2', '127.0.0.1']),
    });
    expect((await safeFetch(`http://app.test:${port}/`, { guard })).body.toString()).toBe('second');
  });

  it('blocks sockets of other pools too', async () => {
    const port = await serve((_, reply) => reply.end('inside'));
    const dispatcher = new Agent({ connect: guardedConnector(createOutboundGuard()) });
    await expect(request(`http://127.0.0.1:${port}/`, { dispatcher })).rejects.toMatchObject({ code: 'URL_BLOCKED' });
    await dispatcher.destroy();
  });

  it.each(['http://127.0.0.1:1/', 'http://meta.test/latest', 'file:///etc/passwd', 'http://inside@app.test/'])(
    'refuses a redirect to %s',
    async (location) => {
      const port = await serve((_, reply) => reply.writeHead(302, { location }).end());
      await expect(safeFetch(`http://app.test:${port}/`, { guard: guardFor(port) })).rejects.toMatchObject({
        code: 'URL_BLOCKED',
      });
    },
  );

  it('follows redirects within the limit and no further', async () => {
    const port = await serve((incoming, reply) => {
      const n = Number(incoming.url?.slice(1));
      if (n === 0) reply.end('arrived');
      else reply.writeHead(307, { location: `/${n - 1}` }).end();
    });
    const guard = guardFor(port);
    const answer = await safeFetch(`http://app.test:${port}/5`, { guard });
    expect([answer.body.toString(), answer.url.pathname]).toEqual(['arrived', '/0']);
    await expect(safeFetch(`http://app.test:${port}/6`, { guard })).rejects.toMatchObject({ code: 'URL_BLOCKED' });
  });

  it('leaves credentials at home when a redirect crosses origins, and keeps them within one', async () => {
    const target = await serve(echo);
    const port = await serve((incoming, reply) => {
      if (incoming.url === '/echo') return echo(incoming, reply);
      reply.writeHead(307, { location: incoming.url === '/same' ? '/echo' : `http://other.test:${target}/` }).end();
    });
    const headers = { authorization: 'Bearer s3cret', cookie: 'a=b', 'x-api-key': 'k', 'x-mark': 'kept' };
    const seen = async (path: string) =>
      JSON.parse(
        (await safeFetch(`http://app.test:${port}${path}`, { guard: guardFor(port, target), headers })).body.toString(),
      ).headers as Record<string, string>;
    expect(await seen('/same')).toMatchObject(headers);
    const across = await seen('/across');
    expect(across['x-mark']).toBe('kept');
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(across).not.toHaveProperty(name);
  });

  it.each([
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'payload'],
  ])('sends a POST on as the standard says after %i', async (status, method, body) => {
    const port = await serve((incoming, reply) =>
      incoming.url === '/echo' ? echo(incoming, reply) : void reply.writeHead(status, { location: '/echo' }).end(),
    );
    const answer = await safeFetch(`http://app.test:${port}/`, {
      guard: guardFor(port),
      method: 'POST',
      body: 'payload',
      headers: { 'content-type': 'text/plain' },
    });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ method, body });
  });

  it('stops at the limit of an endless body', async () => {
    const port = await serve((_, reply) => {
      const more = (): void => {
        while (!reply.destroyed && reply.write(Buffer.alloc(65_536)));
      };
      reply.on('drain', more);
      more();
    });
    await expect(
      safeFetch(`http://app.test:${port}/`, { guard: guardFor(port), maxBytes: 100_000 }),
    ).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('counts bytes after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const port = await serve((_, reply) => reply.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(
      safeFetch(`http://app.test:${port}/`, { guard: guardFor(port), maxBytes: 1_000_000 }),
    ).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const answer = await safeFetch(`http://app.test:${port}/`, { guard: guardFor(port), maxBytes: 60 * 1024 * 1024 });
    expect(answer.body.length).toBe(50 * 1024 * 1024);
  });

  it('gives up on a server that is silent, and on a body that stalls', async () => {
    const silent = await serve(() => undefined);
    const stalling = await serve((_, reply) => void reply.writeHead(200).write('a'));
    for (const port of [silent, stalling]) {
      await expect(
        safeFetch(`http://app.test:${port}/`, { guard: guardFor(port), timeoutMs: 100 }),
      ).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    }
  });

  it('gives up on a resolver that is silent', async () => {
    const guard = createOutboundGuard({ resolver: () => new Promise(() => undefined) });
    await expect(safeFetch('http://app.test/', { guard, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
    });
  });

  it('throws the reason of the caller who gives up', async () => {
    const port = await serve(() => undefined);
    const reason = new Error('not needed any more');
    const controller = new AbortController();
    const fetching = safeFetch(`http://app.test:${port}/`, { guard: guardFor(port), signal: controller.signal });
    controller.abort(reason);
    await expect(fetching).rejects.toBe(reason);
  });

  it('says when nobody is there', async () => {
    const port = await serve(echo);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(safeFetch(`http://app.test:${port}/`, { guard: guardFor(port) })).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
    });
  });

  it('asks the guard about IPv6 literals without their brackets', async () => {
    const port = await serve((_, reply) => reply.end('six'));
    const asked: string[] = [];
    const guard = createOutboundGuard({ allow: [`[::1]:${port}`] });
    const dispatcher = new Agent({
      connect: guardedConnector({
        ...guard,
        resolve: async (host, at) => {
          asked.push(...(await guard.resolve(host, at)));
          return ['127.0.0.1'];
        },
      }),
    });
    await request(`http://[::1]:${port}/`, { dispatcher });
    expect(asked).toEqual(['::1']);
    await dispatcher.destroy();
  });
});
