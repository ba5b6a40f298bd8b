import { z } from 'zod';
import { seconds } from '../../../lib/clock.ts';
import { AppError } from '../../../lib/errors.ts';
import type { OutboundGuard } from '../../../lib/outbound-guard.ts';
import { safeFetch, type SafeResponse } from '../../../lib/safe-fetch.ts';

const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = seconds(10);

const metadata = z.object({
  resource: z.url(),
  authorization_servers: z.array(z.url()).min(1).max(20),
  scopes_supported: z.array(z.string().max(200)).max(100).optional(),
});

type ProtectedResource = {
  /** For whom tokens are asked (RFC 8707). */
  resource: string;
  authorizationServer: URL;
  /** What is asked for where nobody said otherwise. */
  scopes: string | undefined;
};

/** One value of a `WWW-Authenticate: Bearer` challenge. */
const challengeValue = (challenge: string | undefined, name: string): string | undefined =>
  new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*"([^"]*)"`, 'i').exec(challenge ?? '')?.[1];

/**
 * Who signs people in to a server: as its metadata says (RFC 9728), which a refusal or the well-known place leads to, else
 * the server's own host. Everything goes through the guard. PROVIDER_ERROR where what is found is about another server.
 */
export async function findProtectedResource(
  server: { name: string; url: URL; headers: Readonly<Record<string, string>>; userAgent: string },
  guard: OutboundGuard,
): Promise<ProtectedResource> {
  const { url } = server;
  const ask = (address: URL, more: Partial<Parameters<typeof safeFetch>[1]> = {}): Promise<SafeResponse> =>
    safeFetch(address, {
      guard,
      maxBytes: MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
      maxRedirects: 0,
      ...more,
      headers: { accept: 'application/json', 'user-agent': server.userAgent, ...more.headers },
    });

  const refusal = await ask(url, {
    method: 'POST',
    headers: {
      ...server.headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
  const challenge = refusal.status === 401 ? (refusal.headers.get('www-authenticate') ?? undefined) : undefined;
  const told = URL.parse(challengeValue(challenge, 'resource_metadata') ?? '');
  const places = told
    ? [told]
    : [url.pathname.replace(/\/+$/, ''), ''].map(
        (path) => new URL(`/.well-known/oauth-protected-resource${path}`, url.origin),
      );
  for (const place of places) {
    const answer = await ask(place);
    if (answer.status !== 200) continue;
    const found = metadata.safeParse(jsonIn(answer.body));
    const [issuer] = found.data?.authorization_servers ?? [];
    if (!found.data || issuer === undefined) throw unreadable(server.name);
    if (!covers(new URL(found.data.resource), url))
      throw new AppError('PROVIDER_ERROR', {
        message: `${server.name} says that signing in there is for another server: ${found.data.resource.slice(0, 200)}`,
      });
    const scopes = challengeValue(challenge, 'scope') ?? found.data.scopes_supported?.join(' ');
    return { resource: found.data.resource, authorizationServer: new URL(issuer), scopes };
  }
  if (told) throw unreadable(server.name);
  return { resource: url.href, authorizationServer: new URL(url.origin), scopes: challengeValue(challenge, 'scope') };
}

/** Whether tokens for a resource are for this address: the same place, or what is below it. */
function covers(resource: URL, url: URL): boolean {
  const path = resource.pathname.replace(/\/+$/, '');
  return resource.origin === url.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

const unreadable = (name: string): AppError =>
  new AppError('PROVIDER_ERROR', { message: `What ${name} says about signing in cannot be read.` });

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
