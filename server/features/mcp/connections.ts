import { minutes, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { createMcpClient, type McpClient } from '../../platform/mcp/client.ts';
import { McpUnauthorized, type OpenTransport } from '../../platform/mcp/driver.ts';
import type { McpServer, Owner } from './stored.ts';

/** A session that nobody used for this long is ended. */
const IDLE_MS = minutes(10);
const SWEEP_MS = minutes(1);

/** Access tokens, where somebody signs in. */
export type AccessTokens = {
  /** Undefined where nobody is signed in. */
  of(server: McpServer, owner: Owner): Promise<string | undefined>;
  /** After a refusal: whether there is another token to try. */
  renew(server: McpServer, owner: Owner): Promise<boolean>;
};

type Deps = {
  version: string;
  open(server: McpServer, token: () => Promise<string | undefined>): OpenTransport;
  tokens: AccessTokens;
  onToolsChanged(serverId: string, owner: Owner): void;
  now: Clock;
};

type Held = { client: McpClient; server: McpServer; stamp: string; usedAt: number; busy: number };

export const needsSignIn = ({ name, auth }: Pick<McpServer, 'name' | 'auth'>): AppError =>
  new AppError('PROVIDER_ERROR', {
    message: `${name} wants somebody to sign in.`,
    cause: new McpUnauthorized(undefined),
    details: {
      suggestion:
        auth === 'each'
          ? 'Connect it in your settings, under Connections.'
          : 'An admin can sign in for all, or let each person do it.',
    },
  });

export type Connections = ReturnType<typeof createConnections>;

/** Sessions with servers: one for each server and whose sign-in it uses, begun when it is first needed. */
export function createConnections({ version, open, tokens, onToolsChanged, now }: Deps) {
  const held = new Map<string, Held>();
  const keyOf = (id: string, owner: Owner): string => JSON.stringify([id, owner]);
  const stampOf = ({ name, connection, auth }: McpServer): string => JSON.stringify([name, connection, auth]);

  const drop = (key: string, { client }: Held): Promise<void> => {
    held.delete(key);
    return client.close();
  };

  function heldFor(server: McpServer, owner: Owner): Held {
    const [key, stamp] = [keyOf(server.id, owner), stampOf(server)];
    const before = held.get(key);
    if (before?.stamp === stamp) return before;
    if (before) void drop(key, before);
    const client = createMcpClient({
      name: server.name,
      version,
      open: open(server, () => tokens.of(server, owner)),
      onToolsChanged: () => onToolsChanged(server.id, owner),
    });
    const entry = { client, server, stamp, usedAt: now(), busy: 0 };
    held.set(key, entry);
    return entry;
  }

  async function once<T>(server: McpServer, owner: Owner, work: (client: McpClient) => Promise<T>): Promise<T> {
    const entry = heldFor(server, owner);
    entry.busy += 1;
    try {
      return await work(entry.client);
    } finally {
      entry.busy -= 1;
      entry.usedAt = now();
    }
  }

  const sweep = setInterval(() => {
    for (const [key, entry] of held) if (entry.busy === 0 && now() - entry.usedAt > IDLE_MS) void drop(key, entry);
  }, SWEEP_MS).unref();

  return {
    /** PROVIDER_ERROR with the way to sign in where the server wants that. */
    async using<T>(server: McpServer, owner: Owner, work: (client: McpClient) => Promise<T>): Promise<T> {
      try {
        return await once(server, owner, work);
      } catch (error) {
        if (!(error instanceof McpUnauthorized)) throw error;
        if (!(await tokens.renew(server, owner))) throw needsSignIn(server);
      }
      try {
        return await once(server, owner, work);
      } catch (error) {
        throw error instanceof McpUnauthorized ? needsSignIn(server) : error;
      }
    },

    /** Ends the sessions with a server; of one owner alone where one is given. */
    async forget(id: string, owner?: Owner): Promise<void> {
      const gone = [...held].filter(
        ([key, { server }]) => server.id === id && (owner === undefined || key === keyOf(id, owner)),
      );
      await Promise.all(gone.map(([key, entry]) => drop(key, entry)));
    },

    async stop(): Promise<void> {
      clearInterval(sweep);
      await Promise.all([...held].map(([key, entry]) => drop(key, entry)));
    },
  };
}
