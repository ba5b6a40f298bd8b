import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../db/schema.ts';
import type { MailTokens, Users } from '../../db/schema-identity.ts';
import { createTransactor } from '../../db/transaction.ts';
import { days, hours, minutes, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { mailLanguageOf } from '../../lib/mail-language.ts';
import type { RequestContext } from '../../lib/request-context.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { AuthService } from '../auth/service.ts';
import type { Outbox } from '../notifications/outbox.ts';
import { letters } from './letters.ts';
import { createRecoveryRepository } from './repository.ts';

type Kind = MailTokens['kind'];

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    /** `language` as whoever asked prefers it, for people who chose none. */
    'account.mail': { kind: Kind; email: string; language?: string };
    'account.mail-cleanup': Record<string, never>;
  }
}

type Deps = {
  db: Kysely<DB>;
  config: Pick<Config['mail'], 'linkBase'>;
  /** Whether an address must be confirmed before one signs in with it. */
  needsVerification: () => Promise<boolean>;
  auth: Pick<AuthService, 'newPasswordHash' | 'endSessionsOf'>;
  outbox: Pick<Outbox, 'post'>;
  /** The request that somebody asks with. */
  context: () => RequestContext | undefined;
  jobs: JobQueue;
  events: EventBus;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

export type RecoveryService = ReturnType<typeof createRecoveryService>;

const LIVES_MS: Record<Kind, number> = { reset: hours(1), verify: days(3) };
/** A person's mailbox is filled no faster than this, whoever asks. */
const PAUSE_MS = minutes(1);
const MOST_IN_AN_HOUR = 5;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/**
 * Links by mail: to set a new password, and to confirm an address. Who asks learns nothing: known or not, one job is
 * stored, and whether there is such an account is looked up when it runs. Before the queue starts.
 */
export function createRecoveryService({
  db,
  config,
  needsVerification,
  auth,
  outbox,
  context,
  jobs,
  events,
  logger,
  now,
}: Deps) {
  const repository = createRecoveryRepository(db);
  const inTransaction = createTransactor({ db });

  const wants = (kind: Kind, user: Users): boolean =>
    user.is_active === 1 && (kind === 'reset' ? user.password_hash !== null : user.email_verified === 0);

  async function mayGetMore(userId: string, kind: Kind, at: number): Promise<boolean> {
    const tokens = await repository.tokensSince(userId, kind, at - hours(1));
    return tokens.length < MOST_IN_AN_HOUR && (tokens[0]?.created_at ?? -Infinity) <= at - PAUSE_MS;
  }

  jobs.handle('account.mail', async ({ kind, email, language }) => {
    const user = await repository.userByEmail(email);
    const at = now();
    if (!user || !wants(kind, user) || !(await mayGetMore(user.id, kind, at))) return;
    const token = randomBytes(32).toString('base64url');
    const hash = hashOf(token);
    // Behind the hash: it is sent to no server, and stands in no log.
    const url = new URL(`/${kind}#token=${token}`, config.linkBase).href;
    await outbox.post(`${kind}.${hash.slice(0, 32)}`, user, (spoken) => letters[spoken][kind](url), language ?? null);
    await repository.insertToken({
      token_hash: hash,
      user_id: user.id,
      kind,
      email: user.email,
      created_at: at,
      expires_at: at + LIVES_MS[kind],
    });
  });
  jobs.handle('account.mail-cleanup', () => repository.deleteExpired(now()));
  jobs.schedule('account.mail-cleanup', '29 * * * *', {});

  const ask = (kind: Kind, email: string): Promise<void> => {
    const language = mailLanguageOf(context()?.acceptLanguage);
    const payload = { kind, email, ...(language !== null && { language }) };
    return jobs.enqueue('account.mail', payload, { queue: 'mail', dedupeKey: `${kind} ${hashOf(email)}` });
  };

  events.subscribe('user.signup', ({ user_id }) => {
    const work = async (): Promise<void> => {
      if (!(await needsVerification())) return;
      const user = await repository.userById(user_id);
      if (user && user.role !== 'admin') await ask('verify', user.email);
    };
    void work().catch((error: unknown) => logger.error({ err: error }, 'a verification mail could not be stored'));
  });

  /** Throws INVALID_TOKEN for whatever is not the text of a live token. */
  async function find(token: unknown, kind: Kind): Promise<MailTokens> {
    const found =
      typeof token === 'string' && tokenShape.test(token)
        ? await repository.liveToken(hashOf(token), kind, now())
        : undefined;
    if (!found) throw new AppError('INVALID_TOKEN', { details: { suggestion: 'Ask for a new one.' } });
    return found;
  }

  return {
    /** A mail with a link to set a new password, if there is such an account. */
    async forgot(email: string): Promise<void> {
      const user = await repository.userByEmail(email);
      events.publish('password.reset_asked', { user_id: user?.id ?? null });
      await ask('reset', email);
    },
    /** A mail with a link to confirm the address, if that is still to be done. */
    resend: (email: string): Promise<void> => ask('verify', email),

    /** A new password for a token; every session ends. Throws INVALID_TOKEN and PASSWORD_REJECTED, which leaves the token as it is. */
    async reset(token: unknown, password: string): Promise<void> {
      const found = await find(token, 'reset');
      const user = await repository.userById(found.user_id);
      if (!user || user.is_active !== 1 || user.email !== found.email) throw new AppError('INVALID_TOKEN');
      const hash = await auth.newPasswordHash(user, password);
      await inTransaction(async (tx) => {
        const inside = createRecoveryRepository(tx);
        if (!(await inside.takeToken(found.token_hash))) throw new AppError('INVALID_TOKEN');
        await inside.setPassword(user.id, hash, now());
        // Who follows the link has the mailbox.
        await inside.markVerified(user.id, found.email, now());
        await inside.deleteTokens(user.id, 'reset');
        await inside.endChallenges(user.id);
      });
      await auth.endSessionsOf(user.id);
      events.publish('password.changed', { user_id: user.id, by: 'reset' });
    },

    /** Throws INVALID_TOKEN. */
    async verify(token: unknown): Promise<void> {
      const found = await find(token, 'verify');
      await inTransaction(async (tx) => {
        const inside = createRecoveryRepository(tx);
        if (!(await inside.takeToken(found.token_hash))) throw new AppError('INVALID_TOKEN');
        await inside.markVerified(found.user_id, found.email, now());
        await inside.deleteTokens(found.user_id, 'verify');
      });
      events.publish('email.verified', { user_id: found.user_id });
    },
  };
}
