import type { LdapServerTest, LdapTest } from '../../../shared/api/directories.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LockOut } from '../auth/lock-out.ts';
import type { AuthService, Origin } from '../auth/service.ts';
import type { SignIn } from '../auth/sessions.ts';
import type { IdentityService, Vouched } from '../identities/service.ts';
import { isAnswer, LdapFailure, type LdapConfig } from './connection.ts';
import { createLdapDirectory, LdapUnavailable, type LdapPerson } from './directory.ts';
import { failureInWords } from './words.ts';

type Deps = {
  config: LdapConfig;
  identities: Pick<IdentityService, 'recognised'>;
  auth: Pick<AuthService, 'arrive'>;
  lockOut: LockOut;
  events: Pick<EventBus, 'publish'>;
  logger: Pick<Logger, 'warn'>;
};

export type LdapService = ReturnType<typeof createLdapService>;

/** Signing in with the password of a company's directory. */
export function createLdapService({ config, identities, auth, lockOut, events, logger }: Deps) {
  const directory = createLdapDirectory(config, logger);
  const adminGroups = new Set(config.adminGroups.map((name) => name.toLowerCase()));

  function vouchedFor({ id, mail, name, username, groups }: LdapPerson): Vouched {
    const isAdmin = groups?.some((group) => adminGroups.has(group.toLowerCase())) ?? false;
    return {
      method: 'ldap',
      provider: 'ldap',
      issuer: config.base.toLowerCase(),
      subject: id,
      email: mail,
      // Who can change the directory can change anybody in it.
      emailVerified: true,
      linkByEmail: true,
      welcome: config.signup,
      name,
      username,
      groups: groups?.map((group) => config.groupMap.get(group.toLowerCase()) ?? group) ?? null,
      role: adminGroups.size === 0 || groups === null ? null : isAdmin ? 'admin' : 'user',
    };
  }

  return {
    /** As AuthService.login; throws PROVIDER_UNREACHABLE where no server answers, which counts as no wrong try. */
    async login(
      { login, password, remember }: { login: string; password: string; remember: boolean },
      from: Origin,
    ): Promise<SignIn> {
      let user;
      try {
        user = await lockOut.around({ login, ip: from.client.ip }, async () => {
          const person = await directory.verify(login, password);
          return person && identities.recognised(vouchedFor(person));
        });
      } catch (error) {
        if (!(error instanceof LdapUnavailable)) throw error;
        throw new AppError('PROVIDER_UNREACHABLE', {
          message: 'The directory that knows your password does not answer. Try again in a moment.',
          cause: error,
        });
      }
      if (!user) {
        events.publish('sign_in.failed', { user_id: null, code: 'INVALID_CREDENTIALS' });
        throw new AppError('INVALID_CREDENTIALS');
      }
      return auth.arrive(user, { method: 'ldap', provider: 'ldap', factors: 1, remember }, from);
    },

    /** Goes the way of a sign-in at each server, for the admin; without a password. */
    async test(username: string | undefined): Promise<LdapTest> {
      const servers: LdapServerTest[] = [];
      for (const url of config.urls) {
        try {
          servers.push({ server: url, ...found(await directory.probe(url, username), config) });
        } catch (error) {
          const step = error instanceof LdapFailure ? error.step : 'connect';
          const cause = error instanceof LdapFailure ? error.cause : error;
          servers.push({ server: url, ok: false, message: failureInWords(step, cause, isAnswer(error)), person: null });
        }
      }
      return { ok: servers.every(({ ok }) => ok), servers };
    },
  };
}

/** What the directory says of the person who was looked for. */
function found(person: LdapPerson | 'nobody' | null, { attributes }: LdapConfig): Omit<LdapServerTest, 'server'> {
  if (person === null) return { ok: true, message: 'The server answers, and lets Carrel search.', person: null };
  if (person === 'nobody') {
    const message = 'The server answers. Nobody, or more than one entry, is found by this name.';
    return { ok: false, message, person: null };
  }
  const { dn, mail, name, groups } = person;
  const message =
    mail === null
      ? `The person is found, and has no address in the attribute ${attributes.mail}, which an account needs.`
      : 'The person is found.';
  return { ok: mail !== null, message, person: { dn, mail, name, groups: groups ?? [] } };
}
