import { invalidField } from './errors.ts';

/** What of a secret may be shown: `sk-…9f2c`; of a short one nothing. */
export const mask = (secret: string): string =>
  secret.length >= 12 ? `${secret.slice(0, 3)}…${secret.slice(-4)}` : '…';

/** What an HTTP header can carry. A mask is not among it. */
const sendable = /^[\x20-\x7e]+$/;

/** The secret that a form means: a new one, or the one that is kept where it sends back what it was shown. */
export function newSecret(sent: string, kept: string | null | undefined, path: string): string {
  if (kept && sent === mask(kept)) return kept;
  if (!sendable.test(sent))
    throw invalidField(
      path,
      sent.includes('…') ? 'This is only a part of it. Type it whole.' : 'Only plain characters can be sent.',
    );
  return sent;
}

/** Headers that belong to the connection itself. */
const reserved: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that a form means; names in lower case. */
export function newHeaders(
  sent: Readonly<Record<string, string>>,
  kept: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sent).map(([given, value]) => {
      const name = given.toLowerCase();
      if (reserved.has(name)) throw invalidField(`headers.${given}`, 'This header is made by the connection itself.');
      return [name, newSecret(value, kept[name], `headers.${given}`)];
    }),
  );
}

export const maskAll = (secrets: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, mask(value)]));
