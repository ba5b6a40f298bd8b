import { isIP } from 'node:net';
import type { Config } from '../../config.ts';

/** The name that passkeys are made for, and the pages that may ask for them. */
export type RelyingParty = { id: string; origins: string[] };

/** Of PUBLIC_URL. Null where browsers make no passkeys: under an address without a name, or over plain HTTP from elsewhere. */
export function relyingParty({ publicUrl, ownOrigins }: Pick<Config, 'publicUrl' | 'ownOrigins'>): RelyingParty | null {
  const id = publicUrl.hostname;
  const isLocal = id === 'localhost' || id.endsWith('.localhost');
  if (isIP(id.replaceAll(/[[\]]/g, '')) !== 0 || (publicUrl.protocol !== 'https:' && !isLocal)) return null;
  const origins = ownOrigins.filter((origin) => {
    const { hostname } = new URL(origin);
    return hostname === id || hostname.endsWith(`.${id}`);
  });
  return { id, origins };
}
