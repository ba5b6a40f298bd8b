import type { CustomFetch } from 'openid-client';
import { seconds } from './clock.ts';
import { safeFetch, type SafeFetchOptions } from './safe-fetch.ts';
import type { OutboundGuard } from './outbound-guard.ts';

/** Documents of a provider are a few kilobytes. */
const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = seconds(8);

/** How openid-client reaches a provider: through the guard, and without following redirects, which would carry the secret along. */
export const issuerFetch =
  (guard: OutboundGuard): CustomFetch =>
  async (url, { method, headers, body, signal }) => {
    const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : undefined;
    const response = await safeFetch(url, {
      guard,
      method: method as SafeFetchOptions['method'] & string,
      headers,
      maxBytes: MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
      maxRedirects: 0,
      ...(text !== undefined && { body: text }),
      ...(signal && { signal }),
    });
    const type = response.headers.get('content-type');
    const challenge = response.headers.get('www-authenticate');
    return new Response(response.body.length === 0 ? null : new Uint8Array(response.body), {
      status: response.status,
      headers: {
        ...(type !== null && { 'content-type': type }),
        ...(challenge !== null && { 'www-authenticate': challenge }),
      },
    });
  };
