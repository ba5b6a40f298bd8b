import { createHash, randomBytes } from 'node:crypto';
import { minutes, type Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { Round } from './issuers.ts';
import type { OauthRepository } from './repository.ts';

/** Somebody signs in, or links an account to the one that they are signed in with. */
export type Errand = {
  returnTo: string;
  remember: boolean;
  invite?: string | undefined;
  link?: { userId: string; sessionId: string } | undefined;
};

/** How long one may take at the provider. */
export const FLOW_MS = minutes(10);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const secret = (): string => randomBytes(32).toString('base64url');
const wellFormed = /^[\w-]{43}$/;

/** Rounds to a provider and back: each is bound to the browser that began it and to one provider, and works once. */
export function createFlows<E = Errand>({
  repository,
  sealer,
  now,
}: {
  repository: Pick<OauthRepository, 'putFlow' | 'flow' | 'takeFlow'>;
  sealer: Sealer;
  now: Clock;
}) {
  const contextOf = (hash: string): string => `oauth flow ${hash}`;
  const over = (): AppError =>
    new AppError('INVALID_TOKEN', {
      message: 'This sign-in was not begun in this browser, or took too long. Try again.',
    });

  return {
    /** `browser` is its cookie, which a second round beside the first shares. */
    async begin(provider: string, errand: E, browser: string | undefined): Promise<{ round: Round; browser: string }> {
      const round: Round = { state: secret(), nonce: secret(), verifier: secret() };
      const own = browser !== undefined && wellFormed.test(browser) ? browser : secret();
      const [at, state_hash] = [now(), hashOf(round.state)];
      await repository.putFlow(
        {
          state_hash,
          browser_hash: hashOf(own),
          provider,
          sealed: sealer.seal(JSON.stringify({ ...round, errand }), contextOf(state_hash)),
          expires_at: at + FLOW_MS,
        },
        at,
      );
      return { round, browser: own };
    },

    /** Throws INVALID_TOKEN for a round that is over, was used, is another browser's, or was begun at another provider. */
    async end(
      provider: string,
      states: readonly string[],
      browser: string | undefined,
    ): Promise<{ round: Round; errand: E }> {
      const [state] = states;
      if (state === undefined || states.length > 1 || browser === undefined) throw over();
      const hash = hashOf(state);
      const row = await repository.flow(hash, now());
      if (!row || row.provider !== provider || row.browser_hash !== hashOf(browser)) throw over();
      if (!(await repository.takeFlow(hash))) throw over();
      const { errand, ...round } = JSON.parse(sealer.open(row.sealed, contextOf(hash))) as Round & { errand: E };
      return { round, errand };
    },
  };
}
