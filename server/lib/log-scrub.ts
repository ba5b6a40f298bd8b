import { stdSerializers } from 'pino';

/** Names of fields whose values never reach a log: compared in lower case, without `-` and `_`. */
const secretName =
  /^(proxy)?authorization$|cookie|originlock$|apikey|passw(or)?d|passphrase|secret|token$|privatekey|^credentials?$/;

const HIDDEN = '[hidden]';
const MAX_DEPTH = 6;

/** What was found about names of fields: there are few of them, and each line has some. */
const known = new Map<string, boolean>();
const MAX_KNOWN = 1_000;

function isSecret(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = secretName.test(name.toLowerCase().replaceAll(/[-_]/g, ''));
  if (known.size < MAX_KNOWN) known.set(name, found);
  return found;
}

/** A copy of what is logged in which secrets are hidden, at any depth. Errors become their type, message, stack and fields. */
export function hideSecrets(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deeper]';
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (value instanceof Error) return hideSecrets({ ...stdSerializers.err(value) }, depth);
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecret(name) && item != null ? HIDDEN : hideSecrets(item, depth + 1),
    ]),
  );
}

/** Secrets by their look, wherever they stand in a line: bearer and JWT, provider and own keys, passwords in addresses. */
const looksSecret: [RegExp, string][] = [
  // Bindings of child loggers come here as text, past `hideSecrets`.
  [
    /"((?:[\w-]*(?:cookie|passw(?:or)?d|secret|token|api[-_]?key)|(?:proxy-)?authorization))":"(?:[^"\\]|\\.)*"/gi,
    `"$1":"${HIDDEN}"`,
  ],
  [/\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, HIDDEN],
  [/\b(sk|pk|rk|crl)[-_][\w-]{8,}/g, HIDDEN],
  [/(\w:\/\/)[^\s/@"\\]+:[^\s/@"\\]+@/g, `$1${HIDDEN}@`],
];

/** What each of them has in it: most lines have none of it, and one look tells. */
const mayHoldSecret =
  /cookie|passw|secret|token|api[-_]?key|authorization|bearer |basic |eyJ|[spr]k[-_]|crl[-_]|:\/\//i;

// JSON escapes what is below U+0020; a terminal also obeys U+007F to U+009F, and is turned around by the marks of direction.
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text with everything that could break a line or steer a terminal written as its escape (`\u202e`). */
export const escapeControls = (text: string): string => text.replaceAll(controls, escaped);

/** A finished JSON line, still valid JSON, with secrets hidden and controls escaped. */
export function scrubLine(line: string): string {
  let scrubbed = line.endsWith('\n') ? line.slice(0, -1) : line;
  if (mayHoldSecret.test(scrubbed))
    for (const [pattern, replacement] of looksSecret) scrubbed = scrubbed.replace(pattern, replacement);
  return `${escapeControls(scrubbed)}\n`;
}
