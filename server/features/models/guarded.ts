import { hostPortOf, type OutboundGuard } from '../../lib/outbound-guard.ts';
import { guardedConnector } from '../../lib/safe-fetch.ts';
import { providerOpener, type OpenProvider } from '../../platform/llm/open.ts';

/** Connecting takes longer than this only where nothing will come any more. */
const CONNECT_MS = 10_000;

/**
 * Opens providers whose sockets lead to their own host and port and nowhere else: there also where that is private, never
 * where it is link-local or hands out a cloud's credentials, whatever the name says at that moment.
 */
export function guardedOpener(options: { version: string; timeoutMs: number; guard: OutboundGuard }): OpenProvider {
  const { guard, version, timeoutMs } = options;
  return (settings) => {
    const timeout = Math.min(CONNECT_MS, settings.timeoutMs ?? timeoutMs);
    const connect = guardedConnector(guard.allowing([hostPortOf(new URL(settings.baseUrl))]), { timeout });
    return providerOpener({ version, timeoutMs, connect })(settings);
  };
}
