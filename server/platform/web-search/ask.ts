import { Parser } from 'htmlparser2';
import { AppError } from '../../lib/errors.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { safeFetch } from '../../lib/safe-fetch.ts';
import type { WebHit } from './driver.ts';

export type SearchEndpoint = { baseUrl: string; guard: OutboundGuard };

const maxBytes = 4 * 1024 * 1024;
const timeoutMs = 10_000;

/** The body of an answer that was 200. What goes wrong is said in words about the search, not about a model server. */
export async function ask(
  service: string,
  url: URL,
  options: { guard: OutboundGuard; headers?: Record<string, string>; signal?: AbortSignal | undefined },
): Promise<string> {
  const { guard, headers = {}, signal } = options;
  const answer = await safeFetch(url, { guard, headers, maxBytes, timeoutMs, ...(signal && { signal }) }).catch(
    (error: unknown) => {
      if (signal?.aborted || !(error instanceof AppError)) throw error;
      const code = error.code === 'PROVIDER_TIMEOUT' ? 'PROVIDER_TIMEOUT' : 'PROVIDER_UNREACHABLE';
      throw new AppError(code, { message: `${service} could not be asked just now. Try again later.`, cause: error });
    },
  );
  if (answer.status === 200) return answer.body.toString('utf8');
  throw refused(service, `status ${answer.status}`);
}

export const refused = (service: string, cause: string): AppError =>
  new AppError('PROVIDER_ERROR', {
    message: `${service} did not answer the search.`,
    details: { suggestion: 'An admin can choose another search service, with WEB_SEARCH_PROVIDER.' },
    cause: new Error(cause),
  });

/** JSON that a service said it would send; PROVIDER_ERROR where it is none. */
export function jsonOf(service: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw refused(service, 'no JSON');
  }
}

/** Those with an address that can be opened, each once, in plain text. */
export function cleanHits(hits: readonly Partial<WebHit>[], limit: number): WebHit[] {
  const seen = new Set<string>();
  return hits
    .flatMap(({ url = '', title = '', snippet = '' }) => {
      const address = URL.parse(url);
      if (!address || !/^https?:$/.test(address.protocol) || seen.has(address.href)) return [];
      seen.add(address.href);
      return [
        {
          url: address.href,
          title: plain(title).slice(0, 300) || address.hostname,
          snippet: plain(snippet).slice(0, 1_000),
        },
      ];
    })
    .slice(0, limit);
}

/** Text without the marks that services put around the words that were found. */
function plain(html: string): string {
  let text = '';
  const parser = new Parser({ ontext: (part) => void (text += part) });
  parser.end(html);
  return text.replace(/\s+/g, ' ').trim();
}
