import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import type { DomainEventName } from '../../../shared/events.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { days, minutes } from '../../lib/clock.ts';
import type { Client } from '../../http-kit/client.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LiveSettings } from '../settings/service.ts';
import { createAuthService, type AuthDeps, type Origin } from './service.ts';

const jwtPrivateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export const password = 'correct horse battery staple';
export const START = Date.UTC(2030, 0, 1);

const noSecondFactor: AuthDeps['secondFactor'] = {
  challenge: () => Promise.reject(new Error('nobody has a second factor here')),
  redeem: () => Promise.reject(new Error('nobody has a second factor here')),
  isDemanded: ({ second_factor_at: since }) => Promise.resolve(since !== null),
  isLacking: () => Promise.resolve(false),
};

/** The service over a database, with a clock that only moves by hand, and what it published. */
export function authOver({ db }: Database, changes: Partial<Config['auth']> = {}) {
  const clock = { at: START };
  const published: [DomainEventName, unknown][] = [];
  const events: EventBus = {
    publish: (name, event) => void published.push([name, event]),
    subscribe: () => () => undefined,
    follow: () => () => undefined,
  };
  const config: AuthDeps['config'] = {
    publicUrl: new URL('http://localhost:8080'),
    secrets: { secretKey: Buffer.alloc(32, 7), jwtAlgorithm: 'ES256', jwtPrivateKey },
    auth: {
      enabled: true,
      forced: false,
      firstAdmin: null,
      mode: 'auto',
      signup: 'open',
      accessTokenSeconds: 900,
      refreshMs: days(30),
      idleMs: minutes(60),
      absoluteMs: days(30),
      sameSite: 'lax',
      secure: 'auto',
      passwordMinLength: 15,
      passwordPolicy: 'length',
      hibp: false,
      secondFactorRoles: [],
      apiKeyDays: 0,
      fingerprint: 'browsers',
      ...changes,
    },
  };
  const admission: AuthDeps['admission'] = {
    mode: () => Promise.resolve(config.auth.signup),
    check: () => Promise.reject(new AppError('INVALID_INVITE')),
    use: () => Promise.resolve(),
  };
  const settings: LiveSettings<'auth'> = {
    values: {
      signup_mode: config.auth.signup,
      email_verification: false,
      password_policy: config.auth.passwordPolicy,
      password_min_length: config.auth.passwordMinLength,
      hibp_enabled: config.auth.hibp,
      second_factor_roles: [],
      session_timeout_minutes: config.auth.idleMs / minutes(1),
      session_absolute_days: config.auth.absoluteMs / days(1),
      api_key_expiry_days: config.auth.apiKeyDays,
    },
    sources: {
      signup_mode: 'default',
      email_verification: 'default',
      password_policy: 'default',
      password_min_length: 'default',
      hibp_enabled: 'default',
      second_factor_roles: 'default',
      session_timeout_minutes: 'default',
      session_absolute_days: 'default',
      api_key_expiry_days: 'default',
    },
  };
  const auth = createAuthService({
    db,
    secondFactor: noSecondFactor,
    config,
    settings: () => Promise.resolve(settings),
    isBreached: () => Promise.resolve(false),
    events,
    admission,
    logger: pino({ level: 'silent' }),
    now: () => clock.at,
  });
  return { auth, clock, published };
}

export const client = (changes: Partial<Client> = {}): Client => ({
  ip: '192.0.2.1',
  userAgent: 'Browser/1',
  acceptLanguage: 'en',
  isBrowser: false,
  ...changes,
});
export const from = (changes: Partial<Client> = {}): Origin & { isLocal: boolean } => ({
  client: client(changes),
  replaces: {},
  isLocal: true,
});
