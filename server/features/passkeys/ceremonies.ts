import { createHash } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { AssertionJson, RegistrationJson } from '../../../shared/api/passkeys.ts';
import type { Config } from '../../config.ts';
import type { PasskeyChallenges, Passkeys } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import { minutes, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { createPasskeyRepository } from './repository.ts';
import { relyingParty } from './relying-party.ts';

const CHALLENGE_MS = minutes(5);
/** A tenth of a second and 27 MB, for those who use a passkey. */
const webAuthn = () => import('@simplewebauthn/server');

const NAME = 'Carrel';
/** EdDSA, ES256, RS256 (COSE): what every browser and key has one of. */
const ALGORITHMS = [-8, -7, -257];

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a challenge is good for: a purpose, and who or what it was made for. Nothing else redeems it. */
export type Bound = { purpose: PasskeyChallenges['purpose']; to: string };

type Deps = {
  config: Pick<Config, 'publicUrl' | 'ownOrigins'>;
  repository: Pick<ReturnType<typeof createPasskeyRepository>, 'putChallenge' | 'takeChallenge'>;
  now: Clock;
};

/** The two ceremonies of WebAuthn: a key is made, a key is shown. Each challenge works once, within five minutes. */
export function createCeremonies({ config, repository, now }: Deps) {
  const party = relyingParty(config);

  async function keep(challenge: string, { purpose, to }: Bound): Promise<void> {
    const at = now();
    const row = { challenge_hash: hashOf(challenge), purpose, bound_hash: hashOf(to), expires_at: at + CHALLENGE_MS };
    await repository.putChallenge(row, at);
  }
  const take = ({ purpose, to }: Bound) => {
    return (challenge: string): Promise<boolean> =>
      repository.takeChallenge({ challenge_hash: hashOf(challenge), purpose, bound_hash: hashOf(to) }, now());
  };
  /** The library tells what does not fit by throwing; a caller is told one thing. */
  async function verified<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AppError) throw error;
      return undefined;
    }
  }
  const expected = () => {
    if (!party)
      throw new AppError('CONFLICT', {
        message: 'Passkeys need a host name and HTTPS here. An admin sets PUBLIC_URL to the address that people use.',
      });
    return party;
  };

  return {
    isPossible: party !== null,

    async creationOptions(user: Users, existing: readonly Passkeys[], bound: Bound) {
      const { generateRegistrationOptions } = await webAuthn();
      const options = await generateRegistrationOptions({
        rpName: NAME,
        rpID: expected().id,
        userName: user.email,
        userDisplayName: user.name,
        userID: new TextEncoder().encode(user.id),
        timeout: CHALLENGE_MS,
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: existing.map((row) => ({
          id: row.credential_id,
          transports: JSON.parse(row.transports) as string[],
        })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await keep(options.challenge, bound);
      return { options: { ...options } };
    },

    /** What a browser made; undefined where any of it does not fit. */
    async registered(response: RegistrationJson, bound: Bound) {
      const { id, origins } = expected();
      const { verifyRegistrationResponse } = await webAuthn();
      const result = await verified(
        verifyRegistrationResponse({
          response: response as RegistrationResponseJSON,
          expectedChallenge: take(bound),
          expectedOrigin: origins,
          expectedRPID: id,
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        }),
      );
      return result?.verified ? result.registrationInfo : undefined;
    },

    /** `allowed`: these alone; any that the browser finds where it is left out. */
    async requestOptions(bound: Bound, allowed: readonly Passkeys[] = []) {
      const { generateAuthenticationOptions } = await webAuthn();
      const options = await generateAuthenticationOptions({
        rpID: expected().id,
        timeout: CHALLENGE_MS,
        userVerification: 'required',
        allowCredentials: allowed.map((row) => ({
          id: row.credential_id,
          transports: JSON.parse(row.transports) as string[],
        })),
      });
      await keep(options.challenge, bound);
      return { options: { ...options } };
    },

    /**
     * What is known of the key after it was shown; undefined where any of it does not fit. The counter is the caller's to compare: one
     * that went back is more than a wrong answer.
     */
    async shown(response: AssertionJson, key: Passkeys, bound: Bound) {
      const { id, origins } = expected();
      const { verifyAuthenticationResponse } = await webAuthn();
      const result = await verified(
        verifyAuthenticationResponse({
          response: response as AuthenticationResponseJSON,
          expectedChallenge: take(bound),
          expectedOrigin: origins,
          expectedRPID: id,
          requireUserVerification: true,
          credential: {
            id: key.credential_id,
            publicKey: new Uint8Array(Buffer.from(key.public_key, 'base64url')),
            counter: 0,
          },
        }),
      );
      return result?.verified ? result.authenticationInfo : undefined;
    },
  };
}
