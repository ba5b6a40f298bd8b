import { randomUUID } from 'node:crypto';
import type { Client, Entry } from 'ldapts';
import type { Logger } from '../../lib/logger.ts';
import { connected, isAnswer, LdapFailure, type Connection, type LdapConfig } from './connection.ts';
import { filled } from './template.ts';

/** Somebody whose password was right. */
export type LdapPerson = {
  dn: string;
  /** The same for as long as the entry exists. */
  id: string;
  mail: string | null;
  name: string | null;
  username: string | null;
  /** Null where groups are not looked for. */
  groups: string[] | null;
};

const MAX_GROUPS = 1_000;
const MAX_TEXT = 200;

/** Every server failed to answer. */
export class LdapUnavailable extends Error {
  constructor(cause: unknown) {
    super('No LDAP server answers', { cause });
    this.name = 'LdapUnavailable';
  }
}

/** People in a directory: found by search as the service, then bound with their own password. Referrals are not followed. */
export function createLdapDirectory(config: LdapConfig, logger: Pick<Logger, 'warn'>) {
  const { attributes } = config;

  async function asService({ client, step }: Connection): Promise<void> {
    const { bind } = config;
    if (bind) await step('bind', () => client.bind(bind.dn, bind.password));
  }

  /** The one entry that the filter finds; undefined for none and for several. */
  async function search({ client, step }: Connection, username: string): Promise<Entry | undefined> {
    const wanted = Object.values(attributes);
    const { searchEntries } = await step('search', () =>
      client.search(config.base, {
        scope: 'sub',
        filter: filled(config.filter, { username }),
        attributes: wanted,
        // Microsoft's ids are bytes.
        explicitBufferAttributes: ['objectGUID'],
        sizeLimit: 2,
        derefAliases: 'never',
      }),
    );
    return searchEntries.length === 1 ? searchEntries[0] : undefined;
  }

  async function groupsOf({ client, step }: Connection, dn: string, username: string): Promise<string[] | null> {
    const { groups, groupAttribute } = config;
    if (!groups) return null;
    const { searchEntries } = await step('groups', () =>
      client.search(groups.base, {
        scope: 'sub',
        filter: filled(groups.filter, { dn, username }),
        attributes: [groupAttribute],
        sizeLimit: MAX_GROUPS,
        derefAliases: 'never',
      }),
    );
    return searchEntries.flatMap((entry) => textIn(entry, groupAttribute) ?? []);
  }

  /** Whether this is the password of the entry, on a connection of its own. An empty one would be no proof (RFC 4513, 5.1.2). */
  async function isPassword(url: string, dn: string, password: string): Promise<boolean> {
    if (password === '') return false;
    try {
      await connected(config, url, ({ client, step }) => step('bind', () => bindPlainly(client, dn, password)));
      return true;
    } catch (error) {
      // Switched off, expired, locked there: all of that is no.
      if (isAnswer(error)) return false;
      throw error;
    }
  }

  /** The first server that answers decides. */
  async function onFirst<T>(work: (url: string) => Promise<T>): Promise<T> {
    let last: unknown;
    for (const url of config.urls) {
      try {
        return await work(url);
      } catch (error) {
        last = error;
        const step = error instanceof LdapFailure ? error.step : 'connect';
        logger.warn({ err: error, url, step }, 'an LDAP server could not be asked');
      }
    }
    throw new LdapUnavailable(last);
  }

  function personOf(entry: Entry, groups: string[] | null): LdapPerson {
    const { dn } = entry;
    return {
      dn,
      id: textIn(entry, attributes.id) ?? dn.toLowerCase(),
      mail: textIn(entry, attributes.mail),
      name: textIn(entry, attributes.name),
      username: textIn(entry, attributes.username),
      groups,
    };
  }

  return {
    /** Whose name and password these are; undefined where either is wrong, after the same steps. Throws LdapUnavailable. */
    verify: (username: string, password: string): Promise<LdapPerson | undefined> =>
      onFirst((url) =>
        connected(config, url, async (connection) => {
          await asService(connection);
          const entry = await search(connection, username);
          // For a name that nobody has a name is tried that nobody has: both take a search and a bind.
          const dn = entry?.dn ?? `cn=${randomUUID()},${config.base}`;
          if (!(await isPassword(url, dn, password)) || !entry) return undefined;
          return personOf(entry, await groupsOf(connection, dn, textIn(entry, attributes.username) ?? username));
        }),
      ),

    /** Goes the way of a sign-in at one server, up to the password. */
    probe: (url: string, username: string | undefined): Promise<LdapPerson | 'nobody' | null> =>
      connected(config, url, async (connection) => {
        await asService(connection);
        // What is asked for is of no consequence: that one may search is.
        const entry = await search(connection, username ?? randomUUID());
        if (username === undefined) return null;
        if (!entry) return 'nobody';
        return personOf(entry, await groupsOf(connection, entry.dn, textIn(entry, attributes.username) ?? username));
      }),
  };
}

/** ldapts takes the names of SASL mechanisms in the place of a name: an entry of such a name is bound by its password all the same. */
function bindPlainly(client: Client, dn: string, password: string): Promise<void> {
  if (!dn.includes('=')) throw new Error('This is no name of an entry.');
  return client.bind(dn, password);
}

/** The first value, cut to what a name or address can be; bytes as hex. */
function textIn(entry: Entry, attribute: string): string | null {
  const found = Object.entries(entry).find(([name]) => name.toLowerCase() === attribute.toLowerCase())?.[1];
  const [first] = Array.isArray(found) ? found : [found];
  if (first === undefined) return null;
  const text = Buffer.isBuffer(first) ? first.toString('hex') : String(first);
  return text.trim().slice(0, MAX_TEXT) || null;
}
