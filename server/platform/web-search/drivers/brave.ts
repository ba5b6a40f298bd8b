import type { WebSearch } from '../driver.ts';
import { ask, cleanHits, jsonOf, type SearchEndpoint } from '../ask.ts';

type Reply = { web?: { results?: { url?: string; title?: string; description?: string }[] } };

/** Brave's Search API; needs a key. */
export function createBrave({ baseUrl, guard, apiKey }: SearchEndpoint & { apiKey: string }): WebSearch {
  const name = 'Brave Search';
  return {
    name,
    async search(q, limit, signal) {
      const url = new URL(`${baseUrl}/res/v1/web/search`);
      url.search = new URLSearchParams({ q, count: String(limit) }).toString();
      const headers = { accept: 'application/json', 'x-subscription-token': apiKey };
      const { web } = jsonOf(name, await ask(name, url, { guard, headers, signal })) as Reply;
      return cleanHits(
        (web?.results ?? []).map(({ url: address = '', title = '', description = '' }) => ({
          url: address,
          title,
          snippet: description,
        })),
        limit,
      );
    },
  };
}
