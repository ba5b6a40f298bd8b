import type { Enrolment } from '../../../shared/api/second-factor.ts';
import { minutes, type Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import type { SecondFactorRepository } from './repository.ts';
import { newTotpSecret, otpauthUrl, stepOf } from './totp.ts';

type Deps = {
  repository: SecondFactorRepository;
  sealer: Sealer;
  issuer: string;
  now: Clock;
};

/** As long as a sign-in may take between its steps, and a little more: a new phone needs its app first. */
const MOVE_MS = minutes(15);

/** A factor that is on, and on its way to a new phone: the old one holds until a first code shows that the new one has its secret. */
export function createMoves({ repository, sealer, issuer, now }: Deps) {
  const context = (userId: string): string => `totp move ${userId}`;

  return {
    /** In place of a move that was begun before. Whoever calls has made sure of the old factor. */
    async begin(userId: string, label: string): Promise<Enrolment> {
      const secret = newTotpSecret();
      await repository.putMove({
        user_id: userId,
        secret: sealer.seal(secret, context(userId)),
        expires_at: now() + MOVE_MS,
      });
      return { secret, otpauth_url: otpauthUrl(secret, { issuer, label }) };
    },

    /** What waits; undefined where nothing does, or for too long. */
    async waiting(userId: string) {
      const move = await repository.move(userId, now());
      if (!move) return undefined;
      const secret = sealer.open(move.secret, context(userId));
      return { sealed: move.secret, secret, stepOf: (code: string) => stepOf(secret, code, now()) };
    },
  };
}
