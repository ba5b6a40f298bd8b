import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { AppError } from './errors.ts';

/**
 * Decides where this server may connect to. Every address that a person can influence passes here twice: when it is
 * saved (`checkUrl`) and each time a socket is opened (`resolve`, through the connector of safe-fetch).
 *
 * Refusals are URL_BLOCKED with a sentence that says why and what to do.
 */
export type OutboundGuard = {
  /**
   * Takes an absolute http or https URL without user or password whose host may be reached now; resolves with it as
   * `URL`, the form that production sees.
   */
  checkUrl(url: string | URL): Promise<URL>;
  /**
   * The addresses of a host that a socket may be opened to, in the resolver's order. Refuses when any address of the
   * name is forbidden: a name that leads to both kinds is either a trick or a mistake. Rejects with the resolver's own
   * error (ENOTFOUND and the like) when there is none.
   */
  resolve(host: string, port: number): Promise<string[]>;
  /** The same guard with more `host:port` that may be private. */
  allowing(hostPorts: Iterable<string>): OutboundGuard;
};

/** All addresses of a name, IPv4 and IPv6. */
export type Resolver = (host: string) => Promise<string[]>;

export type OutboundGuardOptions = {
  /** Exact `host:port` whose address may be private or loopback (IPv6 hosts in brackets); link-local and metadata never. */
  allow?: Iterable<string>;
  resolver?: Resolver;
};

const systemResolver: Resolver = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Where clouds hand credentials to whatever runs on them. Link-local ones are refused by their range. */
const metadataAddresses: ReadonlySet<string> = new Set([
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

/** Ranges that only an allow list opens. */
const privateRanges: ReadonlySet<string> = new Set([
  'unspecified',
  'loopback',
  'private',
  'carrierGradeNat',
  'uniqueLocal',
]);

export function createOutboundGuard({
  allow = [],
  resolver = systemResolver,
}: OutboundGuardOptions = {}): OutboundGuard {
  const allowed = new Set([...allow].map(canonicalHostPort));

  const resolve = async (rawHost: string, port: number): Promise<string[]> => {
    const host = canonicalHost(rawHost);
    if (host === null) throw blocked('This is not a host name.');
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    const addresses = ipaddr.isValid(bare) ? [bare] : await resolver(bare);
    const mayBePrivate = allowed.has(`${host}:${port}`);
    for (const address of addresses) {
      const verdict = judge(address);
      if (verdict === 'public' || (verdict === 'private' && mayBePrivate)) continue;
      throw verdict === 'private'
        ? blocked(
            'This address leads into a private network.',
            `An admin can allow it by adding ${host}:${port} to OUTBOUND_ALLOW.`,
          )
        : blocked('This address is reserved and is never reached from here.');
    }
    return addresses;
  };

  return {
    resolve,
    async checkUrl(input) {
      const url = parse(input);
      try {
        await resolve(url.hostname, portOf(url));
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw new AppError('URL_BLOCKED', {
          message: `The host ${url.hostname} was not found. Check the address.`,
          cause: error,
        });
      }
      return url;
    },
    allowing: (hostPorts) => createOutboundGuard({ allow: [...allowed, ...hostPorts], resolver }),
  };
}

/** The port that a URL leads to, also where it is the scheme's own. */
export const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

/** `host:port` of a URL, as an allow list names it. */
export const hostPortOf = (url: URL): string => `${url.hostname}:${portOf(url)}`;

function parse(input: string | URL): URL {
  const url = URL.parse(String(input));
  if (!url) throw blocked('This is not a web address.', 'It should look like https://example.org/page.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw blocked('Only http and https addresses can be reached.');
  if (url.username || url.password) throw blocked('An address may not hold a user name or a password.');
  return url;
}

/** `new URL` is what turns decimal, hexadecimal, octal and IPv4-mapped hosts into the form that is compared. */
function canonicalHost(host: string): string | null {
  const bracketed = ipaddr.IPv6.isValid(host) ? `[${host}]` : host;
  const canonical = URL.parse(`http://${bracketed}/`);
  if (
    !canonical ||
    canonical.pathname !== '/' ||
    canonical.username ||
    canonical.port ||
    canonical.search ||
    canonical.hash
  )
    return null;
  return canonical.hostname.replace(/\.$/, '') || null;
}

function canonicalHostPort(entry: string): string {
  const at = entry.lastIndexOf(':');
  const host = canonicalHost(entry.slice(0, at));
  const port = Number(entry.slice(at + 1));
  if (at < 1 || host === null || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`Expected host:port, got "${entry}"`);
  return `${host}:${port}`;
}

/** `never` holds whatever an allow list says. */
function judge(address: string): 'public' | 'private' | 'never' {
  const parsed = innermost(ipaddr.parse(address));
  if (metadataAddresses.has(parsed.toString())) return 'never';
  const range = parsed.range();
  if (privateRanges.has(range)) return 'private';
  if (range !== 'unicast') return 'never';
  // Of IPv6 only 2000::/3 is handed out; what ipaddr.js does not name outside of it is reserved or outdated (RFC 4291).
  const global = parsed.kind() === 'ipv4' || ((parsed as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
  return global ? 'public' : 'never';
}

/** The IPv4 address that an IPv6 one carries: IPv4-mapped (RFC 4291) or the well-known NAT64 prefix (RFC 6052). */
function innermost(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const nat64 = address.match(ipaddr.IPv6.parse('64:ff9b::'), 96);
  return nat64 ? ipaddr.fromByteArray(address.toByteArray().slice(12)) : address;
}

const blocked = (message: string, suggestion?: string): AppError =>
  new AppError('URL_BLOCKED', { message, ...(suggestion && { details: { suggestion } }) });
