import { createHmac } from 'node:crypto';
import type { DomainEvents } from '../../../shared/events.ts';
import { days, type Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { MailLanguage } from '../../lib/mail-language.ts';
import type { RequestContext } from '../../lib/request-context.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { Outbox } from './outbox.ts';
import type { NotificationRepository } from './repository.ts';
import type { Notices } from './letters-en.ts';
import { notices } from './letters.ts';

type Deps = {
  repository: NotificationRepository;
  outbox: Outbox;
  events: EventBus;
  secretKey: Buffer;
  /** Where the page is. */
  linkBase: URL;
  /** The request that something happened in. */
  context: () => RequestContext | undefined;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

type Said = ReturnType<Notices['replay']>;

/** The program without its version: an update makes no new device. */
const kindOf = (userAgent: string): string => userAgent.replaceAll(/[\d._]+/g, '').slice(0, 300);

const when = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Tells people by mail what happened to their account, so that who did not do it can act. */
export function sendSecurityNotices({
  repository,
  outbox,
  events,
  secretKey,
  linkBase,
  context,
  logger,
  now,
}: Deps): void {
  const settings = new URL('/settings', linkBase).href;
  const forgot = new URL('/forgot', linkBase).href;
  /** What the words of a notice are followed by. */
  type Next = (words: Notices) => { label: string; url: string };
  const setPassword: Next = (words) => ({ label: words.setPassword, url: forgot });
  const openSettings: Next = (words) => ({ label: words.openSettings, url: settings });

  type Noticed = Pick<DomainEvents['account.noticed'], 'kind' | 'detail'>;
  async function tell(
    id: string,
    userId: string,
    noticed: Noticed,
    say: (words: Notices) => Said,
    next: Next,
  ): Promise<void> {
    events.publish('account.noticed', { user_id: userId, cause: id, ...noticed });
    const askedIn = context()?.acceptLanguage ?? null;
    const person = await repository.person(userId);
    if (!person) return;
    const words = (language: MailLanguage) => ({
      ...say(notices[language]),
      action: next(notices[language]),
    });
    await outbox.post(id, person, words, askedIn);
  }

  async function newDevice(userId: string, sessionId: string): Promise<void> {
    const session = await repository.session(sessionId);
    if (!session) return;
    const mark = createHmac('sha256', secretKey)
      .update(`device\0${userId}\0${kindOf(session.user_agent)}`)
      .digest('hex');
    const seenAt = await repository.deviceSeenAt(mark);
    // Once a day is enough: a sign-in is to cost as few writes as can be.
    if (seenAt !== null && seenAt >= session.created_at - days(1)) return;
    // The first device of an account is the one that it was made on.
    const first = !(await repository.hasDevices(userId));
    const added = await repository.addDevice({ mark, user_id: userId, seen_at: session.created_at });
    if (!added || first) return;
    await tell(
      `device.${sessionId}`,
      userId,
      { kind: 'security.new_device', detail: { ip: session.ip, user_agent: session.user_agent } },
      (words) => words.newDevice(when(session.created_at), session.ip, session.user_agent),
      setPassword,
    );
  }

  /** A subscriber is never waited for; what goes wrong is logged. */
  const later = (work: Promise<void>): void =>
    void work.catch((error: unknown) => logger.error({ err: error }, 'a security mail could not be stored'));

  events.subscribe('session.started', ({ user_id, session_id }) => later(newDevice(user_id, session_id)));
  events.subscribe('session.family_revoked', ({ user_id, session_id }) =>
    later(
      tell(
        `replay.${session_id}`,
        user_id,
        { kind: 'security.replay', detail: {} },
        (words) => words.replay(when(now())),
        setPassword,
      ),
    ),
  );
  events.subscribe('password.changed', ({ user_id }) =>
    later(
      tell(
        `password.${newId()}`,
        user_id,
        { kind: 'security.password', detail: {} },
        (words) => words.passwordChanged(when(now())),
        setPassword,
      ),
    ),
  );
  events.subscribe('factor.changed', ({ user_id, change }) =>
    later(
      tell(
        `factor.${newId()}`,
        user_id,
        { kind: 'security.factor', detail: { change } },
        (words) => words.factor(change, when(now())),
        openSettings,
      ),
    ),
  );
}
