import { createHmac } from 'node:crypto';
import type { Config } from '../../config.ts';
import type { Client } from '../../http-kit/client.ts';

export type Fingerprints = ReturnType<typeof createFingerprints>;

/** The mark by which a stolen access token is told from the same token in the browser that it was made for. */
export function createFingerprints(secretKey: Buffer, when: Config['auth']['fingerprint']) {
  const mark = ({ userAgent, acceptLanguage }: Client): string =>
    createHmac('sha256', secretKey)
      .update(`fingerprint\n${userAgent}\n${acceptLanguage}`)
      .digest('base64url')
      .slice(0, 22);

  return {
    /** For a new token; null where it is not to be bound. */
    of: (client: Client): string | null =>
      when === 'all' || (when === 'browsers' && client.isBrowser) ? mark(client) : null,
    /** Whether a token with this mark may come from this client. */
    fits: (fingerprint: string | null, client: Client): boolean =>
      fingerprint === null || when === 'off' || fingerprint === mark(client),
  };
}
