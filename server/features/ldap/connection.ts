import net from 'node:net';
import tls from 'node:tls';
import type { Client } from 'ldapts';
import type { Config } from '../../config.ts';

export type LdapConfig = NonNullable<Config['ldap']>;

/** What one server was asked for last, for saying where it failed. */
export type Step = 'connect' | 'tls' | 'bind' | 'search' | 'groups';

export type Connection = {
  client: Client;
  /** Runs a piece of work that is called so. */
  step<T>(name: Step, work: () => Promise<T>): Promise<T>;
};

/** A failure with the step that it happened in. */
export class LdapFailure extends Error {
  readonly step: Step;
  constructor(step: Step, cause: unknown) {
    super(`LDAP failed at ${step}`, { cause });
    this.name = 'LdapFailure';
    this.step = step;
  }
}

/** Result codes (RFC 4511, appendix A) of a server that cannot answer now. */
const BUSY = 51;
const UNAVAILABLE = 52;

/** Whether the server answered, and said no: trying again, or another one, would not help. */
export const isAnswer = (error: unknown): boolean => {
  const cause = error instanceof LdapFailure ? error.cause : error;
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  // What Node itself reports has words for codes.
  return typeof code === 'number' && code !== BUSY && code !== UNAVAILABLE;
};

/**
 * A connection to one server, encrypted as configured, for as long as `work` runs. It is never begun anew: the second
 * one would not be encrypted yet when a password goes over it.
 */
export async function connected<T>(
  { tls: mode, ca, timeoutMs }: LdapConfig,
  url: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { hostname, protocol } = new URL(url);
  const secure = protocol === 'ldaps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const options: tls.ConnectionOptions = {
    ...(ca !== undefined && { ca: [...tls.rootCertificates, ca] }),
    ...(net.isIP(host) === 0 && { servername: host }),
    minVersion: 'TLSv1.2',
  };
  let begun = false;
  const createConnection: typeof net.connect = (...args: unknown[]) => {
    if (begun) throw new Error('The connection was lost.');
    begun = true;
    return (net.connect as (...list: unknown[]) => net.Socket)(...args);
  };
  // Loaded where a directory is asked: most servers have none.
  const ldapts = await import('ldapts');
  const client = new ldapts.Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    createConnection,
    // One connection as well: it is encrypted from its first byte.
    ...(secure && { tlsOptions: options }),
  });
  const step: Connection['step'] = async (name, run) => {
    try {
      return await run();
    } catch (error) {
      throw error instanceof LdapFailure ? error : new LdapFailure(name, error);
    }
  };
  try {
    if (!secure && mode === 'starttls') await step('tls', () => client.startTLS({ ...options, host }));
    return await work({ client, step });
  } finally {
    // A server that is gone takes no farewell.
    await client.unbind().catch(() => undefined);
  }
}
