import type { WebSearch } from '../driver.ts';
import { ask, cleanHits, jsonOf, type SearchEndpoint } from '../ask.ts';

type Reply = { results?: { url?: string; title?: string; content?: string }[] };

/** An instance of SearXNG whose settings allow `format=json`. */
export function createSearxng({ baseUrl, guard }: SearchEndpoint): WebSearch {
  const name = 'SearXNG';
  return {
    name,
    async search(q, limit, signal) {
      const url = new URL(`${baseUrl.replace(/\/+$/, '')}/search`);
      url.search = new URLSearchParams({ q, format: 'json' }).toString();
      const { results = [] } = jsonOf(name, await ask(name, url, { guard, signal })) as Reply;
      return cleanHits(
        results.map(({ url: address = '', title = '', content = '' }) => ({ url: address, title, snippet: content })),
        limit,
      );
    },
  };
}
