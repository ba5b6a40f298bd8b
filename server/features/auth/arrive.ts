import type { Users } from '../../db/schema-identity.ts';
import type { Client } from '../../http-kit/client.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LiveSettings } from '../settings/service.ts';
import type { Cookies, SignIn } from './sessions.ts';

/** Where a sign-in comes from. */
export type Origin = {
  client: Client;
  /** The cookies that came along: their session ends when the new one begins. */
  replaces: Cookies;
};

/** How somebody has shown who they are. */
export type Arrival = {
  method: 'password' | 'sign-up' | 'passkey' | 'oidc' | 'ldap' | 'header';
  /** Which of several, where there are several of the kind. */
  provider?: string;
  /** Two where the second step is behind them, or was part of the first. */
  factors: 1 | 2;
  remember: boolean;
};

type SecondFactor = {
  challenge(user: Users, options: { remember: boolean; client: Client }): Promise<string>;
  isDemanded(user: Users): Promise<boolean>;
};

type Deps = {
  sessions: {
    start(user: Users, client: Client, options: { remember: boolean; replaces: Cookies }): Promise<SignIn>;
  };
  secondFactor: SecondFactor;
  settings: () => Promise<LiveSettings<'auth'>>;
  events: Pick<EventBus, 'publish'>;
};

export type RefusedSignIn = 'INVALID_CREDENTIALS' | 'USER_INACTIVE' | 'USER_PENDING' | 'EMAIL_NOT_VERIFIED';

/** What stands between showing who one is and being in: the same for every way in, as there is no other way to a session. */
export function createArrivals({ sessions, secondFactor, settings, events }: Deps) {
  function refused(code: RefusedSignIn, userId: string | null): AppError {
    events.publish('sign_in.failed', { user_id: userId, code });
    return new AppError(code);
  }

  /** An admin gets in without: a mail server that is named later, or does not work, must lock nobody out for good. */
  const needsVerification = async (user: Users): Promise<boolean> =>
    user.email_verified !== 1 && user.role !== 'admin' && (await settings()).values.email_verification;

  return {
    refused,
    needsVerification,

    /**
     * Begins a session for somebody who has shown who they are. Throws USER_INACTIVE, USER_PENDING, EMAIL_NOT_VERIFIED, and TOTP_REQUIRED with
     * the challenge of the second step.
     */
    async arrive(user: Users, { factors, remember, ...how }: Arrival, from: Origin): Promise<SignIn> {
      if (user.is_active !== 1) throw refused('USER_INACTIVE', user.id);
      if (user.role === 'pending') throw refused('USER_PENDING', user.id);
      if (await needsVerification(user)) throw refused('EMAIL_NOT_VERIFIED', user.id);
      if (factors === 1 && (await secondFactor.isDemanded(user))) {
        const challenge = await secondFactor.challenge(user, { remember, client: from.client });
        throw new AppError('TOTP_REQUIRED', { details: { challenge } });
      }
      const signIn = await sessions.start(user, from.client, { remember, replaces: from.replaces });
      events.publish('sign_in.succeeded', { user_id: user.id, ...how });
      return signIn;
    },
  };
}
