import { isIP } from 'node:net';
import { z } from 'zod';

/** How one kind of value is written: its schema, what a value that does not fit is told, and one that would. */
export type Kind<T> = {
  schema: z.ZodType<T, string>;
  /** Completes the sentence `"80a" …`. */
  problem: string;
  example: string;
};

const kind = <T>(schema: z.ZodType<T, string>, problem: string, example: string): Kind<T> => ({
  schema,
  problem,
  example,
});

/** A schema out of a function that answers undefined for what does not fit. */
const parsed = <T>(parse: (text: string) => T | undefined) =>
  z.string().transform((text, context): T => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue('does not fit');
    return z.NEVER;
  });

const listOf = <T>(parse: (text: string) => T | undefined) =>
  parsed((text) => {
    const items = text.split(',').flatMap((item) => (item.trim() === '' ? [] : [parse(item.trim())]));
    return items.includes(undefined) ? undefined : (items as T[]);
  });

export const text = (example: string): Kind<string> => kind(z.string().trim().min(1), 'is empty', example);

export const choice = <const T extends string>(
  options: readonly T[],
  example: T,
  aliases: Record<string, T> = {},
): Kind<T> =>
  kind(
    parsed(
      (value) => aliases[value.toLowerCase()] ?? options.find((option) => option.toLowerCase() === value.toLowerCase()),
    ),
    `is none of ${options.join(', ')}`,
    example,
  );

const switches: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

export const flag = (example: 'true' | 'false'): Kind<boolean> =>
  kind(
    parsed((value) => switches[value.toLowerCase()]),
    'is neither true nor false',
    example,
  );

/** Some of a few, or `none`. */
export const choiceList = <const T extends string>(options: readonly T[], example: T): Kind<T[]> =>
  kind(
    parsed((value) => {
      if (value.toLowerCase() === 'none') return [];
      const items = value.split(',').map((item) => item.trim().toLowerCase());
      const known = items.flatMap((item) => options.find((option) => option === item) ?? []);
      return known.length === items.length ? [...new Set(known)] : undefined;
    }),
    `is not a list of ${options.join(', ')}, separated by commas, or none`,
    example,
  );

/** `auto`, or a yes or no. */
export const autoFlag: Kind<'auto' | boolean> = kind(
  parsed((value) => (value.toLowerCase() === 'auto' ? 'auto' : switches[value.toLowerCase()])),
  'is none of auto, true, false',
  'auto',
);

const wholeNumber = (value: string): number | undefined => (/^\d{1,15}$/.test(value) ? Number(value) : undefined);

export const integer = (min: number, max: number, example: number): Kind<number> =>
  kind(
    parsed((value) => {
      const number = wholeNumber(value);
      return number !== undefined && number >= min && number <= max ? number : undefined;
    }),
    `is not a whole number from ${min} to ${max}`,
    String(example),
  );

export const port = (example: number): Kind<number> =>
  kind(
    parsed((value) => {
      const number = wholeNumber(value);
      return number !== undefined && number <= 65_535 ? number : undefined;
    }),
    'is not a port number',
    String(example),
  );

const MEBIBYTE = 1024 * 1024;

/** Megabytes (2^20), fractions allowed, into bytes; 0 is no limit. */
export const megabytes = (example: number): Kind<number> =>
  kind(
    parsed((value) => {
      if (!/^\d{1,9}(\.\d{1,6})?$/.test(value)) return undefined;
      return Number(value) === 0 ? Number.MAX_SAFE_INTEGER : Math.max(1, Math.round(Number(value) * MEBIBYTE));
    }),
    'is not a number of megabytes (0 for no limit)',
    String(example),
  );

/** The same, with null for no limit. */
export const megabytesOrNone = (example: number): Kind<number | null> => {
  const { schema, ...rest } = megabytes(example);
  return { ...rest, schema: schema.transform((bytes) => (bytes === Number.MAX_SAFE_INTEGER ? null : bytes)) };
};

const DAY = 86_400_000;
/** "Without limit", yet a date that can still be written down. */
const CENTURY = 36_500 * DAY;

/** Days into milliseconds; 0 is no limit. */
export const days = (example: number): Kind<number> =>
  kind(
    parsed((value) => {
      const number = wholeNumber(value);
      if (number === undefined || number > 36_500) return undefined;
      return number === 0 ? CENTURY : number * DAY;
    }),
    'is not a number of days (0 for no limit)',
    String(example),
  );

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: DAY, w: 7 * DAY };

/** `90s`, `15m`, `8h`, `30d`, or a bare number of seconds, into milliseconds within the bounds (ms). */
export const duration = (min: number, max: number, example: string): Kind<number> =>
  kind(
    parsed((value) => {
      const [, amount, unit = 's'] = /^(\d{1,9}(?:\.\d+)?)\s*(ms|s|m|h|d|w)?$/i.exec(value) ?? [];
      const ms = Math.round(Number(amount) * (unitMs[unit.toLowerCase()] ?? NaN));
      return ms >= min && ms <= max ? ms : undefined;
    }),
    `is not a duration from ${min / 1_000} s to ${max / DAY} d`,
    example,
  );

export function parseUrl(value: string, protocols: readonly string[]): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url && protocols.includes(url.protocol) && url.hostname !== '' && !url.username && !url.password
    ? url
    : undefined;
}

const WEB = ['http:', 'https:'];
const bare = (url: URL | undefined): URL | undefined => (url && url.search === '' && url.hash === '' ? url : undefined);

/** An address that is served from the root of its host. */
export const siteUrl = (example: string): Kind<URL> =>
  kind(
    parsed((value) => {
      const url = bare(parseUrl(value, WEB));
      return url?.pathname === '/' ? url : undefined;
    }),
    'is not an address of the form https://host or http://host:port, without a path',
    example,
  );

/** An address with or without a path. */
export const webUrl = (example: string): Kind<URL> =>
  kind(
    parsed((value) => bare(parseUrl(value, WEB))),
    'is not a http:// or https:// address',
    example,
  );

export const originList = (example: string): Kind<string[]> =>
  kind(
    listOf((item) => {
      const url = bare(parseUrl(item, WEB));
      return url?.pathname === '/' ? url.origin : undefined;
    }),
    'is not a list of exact origins (scheme, host, port), separated by commas',
    example,
  );

/** `name@host`, or `A name <name@host>`; on one line, as it goes into a header. */
export const mailbox = (example: string): Kind<string> =>
  kind(
    parsed((value) =>
      /^([^<>@"\p{Cc}]*<[^<>@\s\p{Cc}]+@[^<>@\s\p{Cc}]+>|[^<>@\s\p{Cc}]+@[^<>@\s\p{Cc}]+)$/u.test(value)
        ? value
        : undefined,
    ),
    'is not an e-mail address',
    example,
  );

const hostName = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** Host names in lower case, without ports. */
export const hostList = (example: string): Kind<string[]> =>
  kind(
    listOf((item) => (hostName.test(item) ? item.toLowerCase() : undefined)),
    'is not a list of host names, separated by commas',
    example,
  );

/** `host:port` in lower case, IPv6 in brackets. */
export const hostPortList = (example: string): Kind<string[]> =>
  kind(
    listOf((item) => {
      const [, host = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(item) ?? [];
      const address = /^\[(.+)\]$/.exec(host)?.[1];
      const fits = address ? isIP(address) === 6 : isIP(host) === 4 || hostName.test(host);
      return fits && Number(digits) >= 1 && Number(digits) <= 65_535
        ? `${host.toLowerCase()}:${Number(digits)}`
        : undefined;
    }),
    'is not a list of host:port, separated by commas',
    example,
  );

const namedRanges = ['loopback', 'linklocal', 'uniquelocal'];

/** Addresses, networks in CIDR notation, or the names loopback, linklocal, uniquelocal. */
export const networkList = (example: string): Kind<string[]> =>
  kind(
    listOf((item) => {
      if (namedRanges.includes(item.toLowerCase())) return item.toLowerCase();
      const [address = '', prefix, ...rest] = item.split('/');
      const version = isIP(address);
      if (version === 0 || rest.length > 0) return undefined;
      const bits = prefix === undefined ? 0 : wholeNumber(prefix);
      return bits !== undefined && bits <= (version === 4 ? 32 : 128) ? item.toLowerCase() : undefined;
    }),
    'is not a list of addresses or networks, separated by commas',
    example,
  );

/** An e-mail address in lower case. */
export const email = (example: string): Kind<string> =>
  kind(
    parsed((value) => z.email().max(190).safeParse(value.toLowerCase()).data),
    'is not an e-mail address',
    example,
  );

/** Headers that mean something to HTTP, to proxies or to Carrel: a lock under such a name would break what it stands for. */
const takenHeaders =
  /^(host|authorization|cookie|x-api-key|x-csrf-token|x-request-id|origin|referer|forwarded|x-forwarded-.*|x-real-ip|via|accept.*|content-.*|connection|transfer-encoding|upgrade|te|user-agent|range|last-event-id|idempotency-key|sec-.*|if-.*)$/;

/** A header's name (RFC 9110, 5.1) in lower case, one of its own. */
export const headerName = (example: string): Kind<string> =>
  kind(
    parsed((value) => {
      const name = value.toLowerCase();
      return /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !takenHeaders.test(name) ? name : undefined;
    }),
    'is not the name of a header of its own',
    example,
  );

/** Visible ASCII without spaces: what comes through every proxy as it was sent. */
export const headerValue = (example: string): Kind<string> =>
  kind(
    parsed((value) => (/^[\x21-\x7e]+$/.test(value) ? value : undefined)),
    'may hold letters, digits and signs of ASCII only, and no spaces',
    example,
  );

/** Exactly 32 bytes, as hex or base64 (also its URL-safe form). */
export const key32: Kind<Buffer> = kind(
  parsed((value) => {
    if (/^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
    if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return undefined;
    const bytes = Buffer.from(value, 'base64');
    return bytes.length === 32 ? bytes : undefined;
  }),
  'is not 32 bytes in base64 or hex',
  '"$(openssl rand -base64 32)"',
);

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const levelAliases: Record<string, string> = { warning: 'warn', critical: 'fatal', notset: 'trace', off: 'silent' };

const levelOf = (name: string): string | undefined => {
  const level = levelAliases[name.toLowerCase()] ?? name.toLowerCase();
  return levels.includes(level) ? level : undefined;
};

export type LogLevels = { level: string | undefined; areas: Record<string, string> };

/** `info`, `info,chat=debug`, `chat=debug`. */
export const logLevels: Kind<LogLevels> = kind(
  parsed((value) => {
    const found: LogLevels = { level: undefined, areas: {} };
    for (const part of value.split(',').map((item) => item.trim())) {
      const [, area, name = ''] = /^(?:([a-z][a-z0-9-]*)\s*=\s*)?([a-z]+)$/i.exec(part) ?? [];
      const level = levelOf(name);
      if (level === undefined) return undefined;
      if (area) found.areas[area.toLowerCase()] = level;
      else found.level = level;
    }
    return found;
  }),
  `is not a level (${levels.join(', ')}), alone or by area`,
  'info,chat=debug',
);

/** Headers that HTTP and Carrel need for themselves; what proxies use for names may be one of `X-Forwarded-…`. */
const neverIdentity =
  /^(host|authorization|cookie|x-api-key|x-csrf-token|x-request-id|origin|referer|forwarded|x-forwarded-(for|proto|host|port|server|prefix|by|ssl)|x-real-ip|via|accept.*|content-.*|connection|transfer-encoding|upgrade|te|user-agent|range|last-event-id|idempotency-key|sec-.*|if-.*)$/;

/** The name of a header in which a proxy says who somebody is, in lower case. */
export const identityHeader = (example: string): Kind<string> =>
  kind(
    parsed((value) => {
      const name = value.toLowerCase();
      return /^[a-z0-9-]+$/.test(name) && !neverIdentity.test(name) ? name : undefined;
    }),
    'is not the name of a header that can say who somebody is',
    example,
  );

/** Names of groups, as they are. */
export const nameList = (example: string): Kind<string[]> =>
  kind(
    listOf((item) => item),
    'is empty',
    example,
  );

/** `theirs=ours`, separated by commas; several may lead to the same. */
export const nameMap = (example: string): Kind<ReadonlyMap<string, string>> => {
  const pairs = listOf((item) =>
    /^([^=]+)=([^=]+)$/
      .exec(item)
      ?.slice(1)
      .map((part) => part.trim()),
  );
  return kind(
    pairs.transform((found) => new Map(found.map(([theirs = '', ours = '']) => [theirs.toLowerCase(), ours]))),
    'is not a list of theirs=ours, separated by commas',
    example,
  );
};

export const ldapUrls = (example: string): Kind<string[]> =>
  kind(
    listOf((item) => {
      const url = parseUrl(item, ['ldap:', 'ldaps:']);
      return url && ['', '/'].includes(url.pathname) && url.search === '' && url.hash === ''
        ? `${url.protocol}//${url.host}`
        : undefined;
    }),
    'is not a list of ldap://host or ldaps://host addresses, separated by commas',
    example,
  );

/** The name of an attribute of LDAP (RFC 4512, 1.4). */
export const attributeName = (example: string): Kind<string> =>
  kind(
    parsed((value) => (/^[a-z][a-z0-9-]*$/i.test(value) ? value : undefined)),
    'is not the name of an attribute',
    example,
  );

/** Text with a place for something, as `{{username}}`. */
export const template = (place: string, example: string): Kind<string> =>
  kind(
    parsed((value) => (value.includes(`{{${place}}}`) ? value : undefined)),
    `has no {{${place}}} in it`,
    example,
  );

/** An address with anything that one can have: `https://…?…`, or a path on this very site. */
export const signOutUrl = (example: string): Kind<string> =>
  kind(
    parsed((value) => (/^\/(?![/\\])[\x21-\x7e]*$/.test(value) ? value : parseUrl(value, WEB)?.href)),
    'is neither a http:// or https:// address nor a path',
    example,
  );
