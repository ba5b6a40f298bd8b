import { standardAddresses, type AddableKind } from '../../../shared/provider-kinds.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { hostPortOf, type OutboundGuard } from '../../lib/outbound-guard.ts';

/**
 * The address of a provider as it is kept: without a slash at its end. The guard lets exactly its host and port be
 * private. A name that nobody knows now may be known later, and is judged at every connection.
 * Errors: VALIDATION_FAILED, URL_BLOCKED.
 */
export async function checkedAddress(
  kind: AddableKind,
  given: string | undefined,
  guard: OutboundGuard,
): Promise<string> {
  const text = given ?? standardAddresses[kind];
  if (text === undefined) throw invalidField('base_url', 'This kind of provider needs an address.');
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw invalidField('base_url', 'An address such as http://192.168.1.20:11434, please.');
  if (url.search || url.hash) throw invalidField('base_url', 'An address without anything behind ? or #, please.');
  try {
    await guard.allowing([hostPortOf(url)]).checkUrl(url);
  } catch (error) {
    const unknownName = error instanceof AppError && error.cause !== undefined;
    if (!unknownName) throw error;
  }
  return url.href.replace(/\/+$/, '');
}
