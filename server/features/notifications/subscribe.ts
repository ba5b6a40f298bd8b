import { toIso, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import { causeOfAnswer, type Inbox } from './inbox.ts';

type Deps = {
  events: Pick<EventBus, 'subscribe'>;
  inbox: Pick<Inbox, 'tell' | 'nameOf' | 'membersOf'>;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

/** What of all that happens people are told. */
export function subscribeInbox({ events, inbox, logger, now }: Deps): void {
  /** A subscriber is never waited for; what goes wrong is logged. */
  const later = (work: Promise<void>): void =>
    void work.catch((error: unknown) => logger.error({ err: error }, 'a notification could not be stored'));

  events.subscribe('answer.unseen', ({ user_id, conversation_id: id, status }) =>
    later(
      inbox.tell([user_id], {
        cause: causeOfAnswer(id),
        again: true,
        kind: `answer.${status}`,
        target: { kind: 'conversation', id },
      }),
    ),
  );

  async function shared(
    by: string,
    people: readonly string[],
    target: { kind: 'collection' | 'assistant'; id: string },
  ) {
    const name = await inbox.nameOf(by);
    await inbox.tell(
      people.filter((id) => id !== by),
      {
        cause: `share ${target.kind} ${target.id}`,
        again: true,
        kind: 'share.received',
        target,
        detail: name === undefined ? {} : { by: name },
      },
    );
  }
  events.subscribe('thing.shared', ({ by, kind, id, user_id, group_id }) =>
    later(
      (async () => {
        const people = user_id !== null ? [user_id] : await inbox.membersOf(group_id ?? '');
        await shared(by, people, { kind, id });
      })(),
    ),
  );

  /** A limit of a day is told of once a day; that of storage, which does not pass by itself, once a month. */
  function quota(userId: string, resource: 'messages' | 'tokens' | 'storage', limit: number, percent: 80 | 100): void {
    // Who may do nothing at all has not used it up.
    if (limit === 0) return;
    const day = toIso(now()).slice(0, 10);
    later(
      inbox.tell([userId], {
        cause: `quota ${percent} ${resource} ${resource === 'storage' ? day.slice(0, 7) : day}`,
        kind: percent === 100 ? 'quota.used_up' : 'quota.near',
        detail: { resource, limit },
      }),
    );
  }
  events.subscribe('quota.reached', ({ user_id, kind, limit, percent }) => quota(user_id, kind, limit, percent));
  events.subscribe('quota.exceeded', ({ user_id, kind, limit }) => quota(user_id, kind, limit, 100));

  events.subscribe('account_export.ended', ({ user_id, export_id, status }) =>
    later(inbox.tell([user_id], { cause: `export ${export_id}`, kind: `export.${status}` })),
  );
  events.subscribe('file.updated', ({ user_id, file_id: id, status }) => {
    if (status !== 'failed') return;
    later(
      inbox.tell([user_id], {
        cause: `file ${id}`,
        again: true,
        kind: 'file.failed',
        target: { kind: 'file', id },
      }),
    );
  });
  events.subscribe('account.noticed', ({ user_id, cause, kind, detail }) =>
    later(inbox.tell([user_id], { cause, kind, detail })),
  );
}
