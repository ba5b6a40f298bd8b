import type { IncomingMessage } from 'node:http';
import { AppError } from '../../lib/errors.ts';

const doubled = (): AppError =>
  new AppError('AUTH_REQUIRED', {
    message: 'More than one credential came with this request. Send one Authorization or one X-API-Key header.',
  });

/** A header's values one by one, from names and values in turn: Node joins some doubled headers and drops others. */
function valuesOf(name: string, lines: readonly string[]): string[] {
  const values: string[] = [];
  for (let at = 0; at < lines.length; at += 2)
    if (lines[at]?.length === name.length && lines[at]?.toLowerCase() === name) values.push(lines[at + 1] ?? '');
  return values;
}

/**
 * The API key that a request carries, as `X-API-Key` or as a bearer that begins `crl_`; null where none does. It may be empty: then too it
 * decides, and is refused. Throws AUTH_REQUIRED for doubled headers and for two credentials that differ: which of them
 * counts must not depend on who reads the request.
 */
export function apiKeyIn({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | null {
  const [authorization, ...moreAuthorization] = valuesOf('authorization', rawHeaders);
  const [header, ...moreHeaders] = valuesOf('x-api-key', rawHeaders);
  if (moreAuthorization.length > 0 || moreHeaders.length > 0) throw doubled();
  const [, bearer] = /^bearer(?:$|\s+(.*)$)/i.exec(authorization?.trim() ?? '') ?? [null, null];
  const key = header?.trim();
  if (bearer === null) return key ?? null;
  if (key !== undefined && key !== bearer) throw doubled();
  return key ?? (bearer?.startsWith('crl_') ? bearer : null);
}
