import type { Config } from '../../config.ts';
import { hostPortOf, type OutboundGuard } from '../../lib/outbound-guard.ts';
import type { WebSearch } from './driver.ts';
import { createBrave } from './drivers/brave.ts';
import { createDuckDuckGo } from './drivers/duckduckgo.ts';
import { createSearxng } from './drivers/searxng.ts';

/** The search that the environment chose; null where there is none. An own SearXNG may stand in the private network. */
export function createWebSearch(
  { provider, searxngUrl, braveApiKey }: Config['webSearch'],
  guard: OutboundGuard,
): WebSearch | null {
  if (provider === 'searxng' && searxngUrl)
    return createSearxng({ baseUrl: searxngUrl, guard: guard.allowing([hostPortOf(new URL(searxngUrl))]) });
  if (provider === 'brave' && braveApiKey)
    return createBrave({ baseUrl: 'https://api.search.brave.com', guard, apiKey: braveApiKey });
  if (provider === 'duckduckgo') return createDuckDuckGo({ baseUrl: 'https://html.duckduckgo.com', guard });
  return null;
}
