import type { ProviderPatch } from '../../../shared/api/providers.ts';
import { AppError } from '../../lib/errors.ts';
import type { StoredProvider } from '../models/stored.ts';

type Connection = Pick<StoredProvider, 'baseUrl' | 'apiKey' | 'headers'>;

const originOf = (address: string | null): string | null => (address === null ? null : new URL(address).origin);

/**
 * What is stored was given for one server. Where the address now leads to another, its secrets go there only if they were typed
 * for it: whoever can change an address could otherwise have them sent to a server of their own. Throws VALIDATION_FAILED.
 */
export function checkMove(
  before: Connection,
  patch: Pick<ProviderPatch, 'api_key' | 'headers'>,
  after: Connection,
): void {
  if (before.baseUrl === null || originOf(before.baseUrl) === originOf(after.baseUrl)) return;
  const keepsKey = after.apiKey !== null && after.apiKey === before.apiKey && patch.api_key !== before.apiKey;
  const typed = new Map(Object.entries(patch.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const kept = Object.entries(after.headers).filter(
    ([name, value]) => before.headers[name] === value && typed.get(name) !== value,
  );
  const fields = [...(keepsKey ? ['api_key'] : []), ...kept.map(([name]) => `headers.${name}`)].map((path) => ({
    path,
    message: 'The address leads to another server. Type this again for it, or clear it.',
  }));
  if (fields.length > 0) throw new AppError('VALIDATION_FAILED', { details: { fields } });
}
