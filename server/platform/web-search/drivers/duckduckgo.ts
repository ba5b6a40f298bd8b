import { Parser } from 'htmlparser2';
import type { WebHit, WebSearch } from '../driver.ts';
import { ask, cleanHits, refused, type SearchEndpoint } from '../ask.ts';

/** DuckDuckGo's page for browsers without scripts: no key, and few questions before it wants to see a person. */
export function createDuckDuckGo({ baseUrl, guard }: SearchEndpoint): WebSearch {
  const name = 'DuckDuckGo';
  return {
    name,
    async search(q, limit, signal) {
      const url = new URL(`${baseUrl}/html/`);
      url.search = new URLSearchParams({ q }).toString();
      const headers = { 'user-agent': 'Mozilla/5.0 (compatible; Carrel)', accept: 'text/html' };
      const page = await ask(name, url, { guard, headers, signal });
      if (/anomaly-modal|challenge-form/.test(page)) throw refused(name, 'it asks whether a person is there');
      return cleanHits(readResults(page), limit);
    },
  };
}

/** Links of the class `result__a` with their `result__snippet`; advertisements are left out. */
function readResults(html: string): WebHit[] {
  const hits: WebHit[] = [];
  const open: { name: string; advert: boolean; field: 'title' | 'snippet' | null }[] = [];
  const parser = new Parser({
    onopentag(name, { class: classes = '', href = '' }) {
      const names = classes.split(/\s+/);
      const advert = open.at(-1)?.advert === true || names.includes('result--ad');
      const field = names.includes('result__a') ? 'title' : names.includes('result__snippet') ? 'snippet' : null;
      open.push({ name, advert, field: field ?? open.at(-1)?.field ?? null });
      if (field === 'title' && !advert) hits.push({ url: targetOf(href), title: '', snippet: '' });
    },
    ontext(text) {
      const { advert = true, field = null } = open.at(-1) ?? {};
      const hit = hits.at(-1);
      if (field && hit && !advert) hit[field] += text;
    },
    onclosetag: () => void open.pop(),
  });
  parser.end(html);
  return hits.map(({ url, ...words }) => ({ url, title: escaped(words.title), snippet: escaped(words.snippet) }));
}

/** The text is plain already; what looks like a mark in it is text. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Links lead over a page of its own that names the address in `uddg`. */
function targetOf(href: string): string {
  const url = URL.parse(href, 'https://duckduckgo.com/');
  return url?.searchParams.get('uddg') ?? url?.href ?? '';
}
