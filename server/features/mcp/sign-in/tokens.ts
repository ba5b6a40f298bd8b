import { seconds, type Clock } from '../../../lib/clock.ts';
import type { OutboundGuard } from '../../../lib/outbound-guard.ts';
import type { AccessTokens } from '../connections.ts';
import type { McpRecords } from '../records.ts';
import type { McpRepository } from '../repository.ts';
import type { McpServer, Owner, Tokens } from '../stored.ts';
import type { Authorization } from './authorization.ts';

/** A token that ends sooner is renewed before it is used. */
const EARLY_MS = seconds(30);

type Deps = {
  records: Pick<McpRecords, 'one' | 'seal' | 'unseal'>;
  repository: Pick<McpRepository, 'connection' | 'changeConnection' | 'deleteConnection' | 'update'>;
  authorization: Pick<Authorization, 'refresh'>;
  guardFor(server: McpServer): OutboundGuard;
  now: Clock;
};

export const userContext = (userId: string): string => `tokens:${userId}`;

export type TokenStore = ReturnType<typeof createTokenStore>;

/** Tokens, sealed for whose they are. They are read for each use: what another process has renewed is seen. */
export function createTokenStore({ records, repository, authorization, guardFor, now }: Deps) {
  const running = new Map<string, Promise<boolean>>();

  async function read(serverId: string, owner: Owner): Promise<Tokens | null> {
    if (owner === 'all') return (await records.one(serverId)).tokens;
    const row = await repository.connection(serverId, owner);
    return row ? records.unseal<Tokens>(row.tokens, serverId, userContext(owner)) : null;
  }

  async function write(serverId: string, owner: Owner, tokens: Tokens | null): Promise<void> {
    const changes = { updated_at: now() };
    if (owner === 'all')
      await repository.update(serverId, { tokens: records.seal(tokens, serverId, 'tokens'), ...changes });
    else if (tokens === null) await repository.deleteConnection(serverId, owner);
    else {
      const sealed = records.seal(tokens, serverId, userContext(owner)) ?? '';
      await repository.changeConnection(serverId, owner, { tokens: sealed, ...changes });
    }
  }

  /** Whether there is another access token than `old` afterwards. */
  async function renewed(server: McpServer, owner: Owner, old: Tokens): Promise<boolean> {
    const fresh = await authorization.refresh(old, guardFor(server));
    // Another process may have been quicker, with a refresh token that works once.
    const now = await read(server.id, owner);
    if (now !== null && now.access !== old.access) return true;
    if (now !== null) await write(server.id, owner, fresh);
    return fresh !== null;
  }

  function renewOnce(server: McpServer, owner: Owner, old: Tokens): Promise<boolean> {
    const key = JSON.stringify([server.id, owner]);
    const before = running.get(key);
    if (before) return before;
    const work = renewed(server, owner, old).finally(() => running.delete(key));
    running.set(key, work);
    return work;
  }

  const store: AccessTokens = {
    async of(server, owner) {
      if (server.auth === 'none') return undefined;
      const tokens = await read(server.id, owner);
      const isEnding = tokens?.expiresAt != null && tokens.expiresAt - now() < EARLY_MS;
      if (!tokens || !isEnding || tokens.refresh === null) return tokens?.access;
      await renewOnce(server, owner, tokens);
      return (await read(server.id, owner))?.access;
    },
    async renew(server, owner) {
      if (server.auth === 'none') return false;
      const tokens = await read(server.id, owner);
      return tokens !== null && renewOnce(server, owner, tokens);
    },
  };
  return { ...store, read };
}
