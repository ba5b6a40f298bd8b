import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { createRefreshRepository, type RefreshRepository } from './refresh-repository.ts';

type Deps = {
  repository: RefreshRepository;
  inTransaction: InTransaction;
  secretKey: Buffer;
  /** How long one token can be used. */
  lifetimeMs: number;
  now: Clock;
};

export type RefreshTokenService = ReturnType<typeof createRefreshTokens>;

/** Tabs that woke up together may all present the same token; past this it is a replay. */
export const REFRESH_GRACE_MS = seconds(10);

/** Links of a family's chain that can be younger than the grace; far more than a browser makes. */
const MAX_STEPS = 200;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * Refresh tokens (RFC 9700, 4.14.2): each is used once and names one successor. The successor is an HMAC of the token, so that all
 * who present it within the grace get the same one and the family stays a chain: a copy in other hands shows as soon as both are used.
 */
export function createRefreshTokens({ repository, inTransaction, secretKey, lifetimeMs, now }: Deps) {
  const derive = (purpose: string, token: string): string =>
    createHmac('sha256', secretKey).update(`${purpose}\n${token}`).digest('base64url');

  const row = (token: string, sessionId: string, at: number) => ({
    token_hash: hashOf(token),
    session_id: sessionId,
    created_at: at,
    expires_at: at + lifetimeMs,
    used_at: null,
  });

  const isReplay = (usedAt: number | null, at: number): boolean => usedAt !== null && at - usedAt > REFRESH_GRACE_MS;

  return {
    lifetimeMs,

    /** The first token of a session that the same transaction makes. */
    async issue(tx: Transaction<DB>, sessionId: string): Promise<string> {
      const token = randomBytes(32).toString('base64url');
      await createRefreshRepository(tx).insert(row(token, sessionId, now()));
      return token;
    },

    /** The session of a token that this instance made, and whether it may still be used. */
    async find(token: string): Promise<{ sessionId: string; replayed: boolean; expired: boolean } | undefined> {
      const found = await repository.find(hashOf(token));
      const at = now();
      return (
        found && {
          sessionId: found.session_id,
          replayed: isReplay(found.used_at, at),
          expired: found.expires_at <= at,
        }
      );
    },

    /** The newest token of the family, made now unless another tab was first. `replayed` when somebody was first long ago; null when the session is gone. */
    async rotate(
      given: string,
      sessionId: string,
      idleExpiresAt: number,
    ): Promise<{ token: string } | 'replayed' | null> {
      const at = now();
      const next = derive('refresh', given);
      const won = await inTransaction(async (tx) => {
        const inside = createRefreshRepository(tx);
        await inside.continueSession(sessionId, { at, idleExpiresAt });
        const first = await inside.use(hashOf(given), at);
        if (first) await inside.insert(row(next, sessionId, at));
        return first;
      });
      if (won) return { token: next };
      // Others may have gone on from there already; what is handed out must be the end of the chain.
      let token = given;
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const found = await repository.find(hashOf(token));
        if (!found) return null;
        if (found.used_at === null) return { token };
        if (step === 0 && isReplay(found.used_at, at)) return 'replayed';
        token = derive('refresh', token);
      }
      return 'replayed';
    },

    /** A secret for a session cookie that was lost: the same for all tabs that come with the same token. */
    async cookieSecret(token: string, sessionId: string): Promise<string> {
      const secret = derive('session cookie', token);
      await repository.setCookieSecret(sessionId, hashOf(secret));
      return secret;
    },

    removeExpired: (): Promise<void> => repository.deleteExpired(now()),
  };
}
