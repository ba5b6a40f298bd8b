import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { Config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';

/** Whom a proxy says that it has signed in. */
export type Claim = {
  /** As they are called there, in lower case. */
  subject: string;
  email: string | null;
  name: string | null;
  /** Null where no header of groups is set up. */
  groups: string[] | null;
};

type Settings = NonNullable<Config['trustedHeader']>;
type Carrier = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'socket'>;

const MAX_LENGTH = 254;
const MAX_GROUPS = 1_000;

const refused = (message: string): AppError => new AppError('AUTH_REQUIRED', { message });

/** What the names of TRUSTED_PROXIES stand for, as Fastify takes them for X-Forwarded-For. */
const ranges: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Whether an address is one of a list of addresses, networks and names of ranges. */
export function isAmong(address: string | undefined, list: readonly string[]): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  const own = ipaddr.process(address);
  return list
    .flatMap((item) => ranges[item] ?? [item])
    .some((item) => {
      const [network, bits] = item.includes('/')
        ? ipaddr.parseCIDR(item)
        : [ipaddr.parse(item), item.includes(':') ? 128 : 32];
      return network.kind() === own.kind() && own.match(network, bits);
    });
}

/** A header's values one by one, removed from the request: nothing behind the door sees or passes them on. */
function take(name: string, { headers, rawHeaders }: Carrier): string[] {
  const values: string[] = [];
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() !== name) continue;
    const [, value = ''] = rawHeaders.splice(at, 2);
    values.push(value.trim());
  }
  delete headers[name];
  return values;
}

/** Node reads headers as Latin-1; proxies send names in UTF-8. */
function asText(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : value;
}

/**
 * Reads whom the proxy names, for requests and sockets alike; null where it names nobody. Throws AUTH_REQUIRED for a header that comes from
 * elsewhere than a trusted proxy, comes twice, or holds what no name can be. The peer of the socket counts, never what a header says of it.
 */
export function createClaimReader(settings: Settings, proxies: readonly string[]): (request: Carrier) => Claim | null {
  const names = [settings.header, settings.emailHeader, settings.nameHeader, settings.groupsHeader];

  return (request) => {
    const lists = names.map((name) => (name === null ? [] : take(name, request)));
    if (lists.every(([first]) => first === undefined)) return null;
    if (!isAmong(request.socket.remoteAddress, proxies))
      throw refused('A header that says who you are is taken from the proxy alone.');
    if (lists.some((values) => values.length > 1))
      throw refused('The proxy says twice who you are. Have it replace the header instead of adding to it.');
    const [subject, email, name, groups] = lists.map(([first]) => (first === undefined ? '' : asText(first)));
    if (!subject) return null;
    if ([subject, email, name].some((text) => text && (text.length > MAX_LENGTH || /\p{Cc}/u.test(text))))
      throw refused('What the proxy says is not a name or an address.');
    const key = subject.normalize('NFKC').toLowerCase();
    return {
      subject: key,
      email: email?.toLowerCase() || (key.includes('@') ? key : null),
      name: name || null,
      groups:
        settings.groupsHeader === null
          ? null
          : (groups ?? '')
              .split(/[,|;]/)
              .flatMap((group) => group.trim() || [])
              .slice(0, MAX_GROUPS),
    };
  };
}
