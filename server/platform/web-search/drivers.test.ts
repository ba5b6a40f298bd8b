import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutboundGuard } from '../../lib/outbound-guard.ts';
import type { WebSearch } from './driver.ts';
import { createBrave } from './drivers/brave.ts';
import { createDuckDuckGo } from './drivers/duckduckgo.ts';
import { createSearxng } from './drivers/searxng.ts';

/** Answers in the form that each service documents or shows, cut down to two results, an advertisement and one that is no page. */
const recorded = {
  searxng: JSON.stringify({
    query: 'tower clock',
    results: [
      { url: 'https://example.org/tower', title: 'The tower', content: 'Its clock was  built in 1780.', score: 4 },
      { url: 'https://example.com/clock?a=1&b=2', title: 'Clocks & bells', content: '' },
      { url: 'javascript:alert(1)', title: 'Trap', content: 'x' },
    ],
  }),
  brave: JSON.stringify({
    type: 'search',
    web: {
      results: [
        {
          url: 'https://example.org/tower',
          title: 'The tower',
          description: 'Its <strong>clock</strong> was built in 1780.',
        },
        { url: 'https://example.com/clock?a=1&b=2', title: 'Clocks &amp; bells', description: '' },
        { url: 'file:///etc/passwd', title: 'Trap', description: 'x' },
      ],
    },
  }),
  duckduckgo: `<html><body><div class="results">
    <div class="result results_links result--ad"><h2 class="result__title">
      <a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=shop.example">Buy clocks</a></h2>
      <a class="result__snippet" href="#">Cheap</a></div>
    <div class="result results_links web-result"><h2 class="result__title">
      <a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Ftower&amp;rut=1">The tower</a></h2>
      <a class="result__snippet" href="//duckduckgo.com/l/">Its <b>clock</b> was built in 1780.</a></div>
    <div class="result results_links web-result"><h2 class="result__title">
      <a class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.com%2Fclock%3Fa%3D1%26b%3D2&amp;rut=2">Clocks &amp; bells</a></h2></div>
    </div></body></html>`,
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function at(
  listener: RequestListener,
): Promise<{ baseUrl: string; guard: ReturnType<typeof createOutboundGuard> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl: `http://${host}`, guard: createOutboundGuard({ allow: [host] }) };
}

type Endpoint = Awaited<ReturnType<typeof at>>;
const drivers: Record<keyof typeof recorded, (endpoint: Endpoint) => WebSearch> = {
  searxng: createSearxng,
  brave: (endpoint) => createBrave({ ...endpoint, apiKey: 'BSA-test' }),
  duckduckgo: createDuckDuckGo,
};

describe.each(Object.keys(recorded) as (keyof typeof recorded)[])('%s', (kind) => {
  it('gives pages in plain text, and no advertisement and nothing that is no page', async () => {
    let seen: IncomingMessage | undefined;
    const search = drivers[kind](await at((request, reply) => ((seen = request), reply.end(recorded[kind]))));
    expect(await search.search('tower clock & bell', 8)).toEqual([
      { url: 'https://example.org/tower', title: 'The tower', snippet: 'Its clock was built in 1780.' },
      { url: 'https://example.com/clock?a=1&b=2', title: 'Clocks & bells', snippet: '' },
    ]);
    expect(new URL(seen?.url ?? '', 'http://x').searchParams.get('q')).toBe('tower clock & bell');
    if (kind === 'brave') expect(seen?.headers['x-subscription-token']).toBe('BSA-test');
  });

  it('gives no more than was asked for', async () => {
    const search = drivers[kind](await at((_, reply) => reply.end(recorded[kind])));
    expect(await search.search('tower', 1)).toHaveLength(1);
  });

  it('says in words about the search when it is refused or nobody is there', async () => {
    const refusing = drivers[kind](await at((_, reply) => reply.writeHead(429).end('slow down')));
    await expect(refusing.search('tower', 8)).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: expect.stringContaining('did not answer the search'),
    });
    const endpoint = await at((_, reply) => reply.end());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(drivers[kind](endpoint).search('tower', 8)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('could not be asked'),
    });
  });
});

it('DuckDuckGo that wants to see a person is a refusal, and not an empty result', async () => {
  const search = createDuckDuckGo(await at((_, reply) => reply.end('<div class="anomaly-modal__title">Bots</div>')));
  await expect(search.search('tower', 8)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
});

it.each(['searxng', 'brave'] as const)('%s that answers with something else than JSON is a refusal', async (kind) => {
  const search = drivers[kind](await at((_, reply) => reply.end('<html>')));
  await expect(search.search('tower', 8)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
});
