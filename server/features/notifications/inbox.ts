import type { Kysely } from 'kysely';
import {
  targetKinds,
  type Notification,
  type NotificationDetail,
  type NotificationKind,
  type Notifications,
  type TargetKind,
} from '../../../shared/api/notifications.ts';
import type { Engine } from '../../db/dialect.ts';
import type { Notifications as Row } from '../../db/keeping-tables.ts';
import type { DB } from '../../db/schema.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import { createInboxRepository } from './inbox-repository.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'notifications.sweep': Record<string, never>;
  }
}

/** Read or not, what is older tells nobody anything. */
const KEPT_DAYS = 90;
/** Told of something by one statement. */
const PEOPLE_AT_ONCE = 100;

type Deps = { db: Kysely<DB>; engine: Engine; events: Pick<EventBus, 'publish'>; now: Clock };

export type Told = {
  /** One cause is told of once; with `again`, what was told before gives way to this. */
  cause: string;
  again?: boolean;
  kind: NotificationKind;
  target?: { kind: TargetKind; id: string };
  detail?: NotificationDetail;
};

/** What an answer in a conversation is told for: one notification for each conversation. */
export const causeOfAnswer = (conversationId: string): string => `answer ${conversationId}`;

export type Inbox = ReturnType<typeof createInbox>;

/** What people are told of, and what of it they have read: the same on all their devices. */
export function createInbox({ db, engine, events, now }: Deps) {
  const repository = createInboxRepository(db, engine);

  const changed = (userId: string, id: string | null): void =>
    events.publish('notification.updated', { user_id: userId, notification_id: id });

  async function titlesOf(userId: string, rows: readonly Row[]): Promise<Map<string, string>> {
    const found = await Promise.all(
      targetKinds.map((kind) =>
        repository.titles(
          kind,
          userId,
          rows.flatMap(({ target_kind, target_id }) => (target_kind === kind && target_id ? [target_id] : [])),
        ),
      ),
    );
    return new Map(found.flat().map(({ id, title }) => [id, title]));
  }

  const isGone = ({ target_id }: Row, titles: Map<string, string>): boolean =>
    target_id !== null && !titles.has(target_id);

  const present = (row: Row, titles: Map<string, string>): Notification => ({
    id: row.id,
    kind: row.kind,
    target:
      row.target_kind && row.target_id
        ? { kind: row.target_kind, id: row.target_id, title: titles.get(row.target_id) ?? '' }
        : null,
    detail: JSON.parse(row.detail) as NotificationDetail,
    read: row.read_at !== null,
    created_at: toIso(Number(row.created_at)),
  });

  /** Changes of this person's list by themselves, told to their devices. */
  async function readAll(userId: string, cause?: string): Promise<{ unread: number }> {
    if ((await repository.readAll(userId, now(), cause)) > 0) changed(userId, null);
    return { unread: cause === undefined ? 0 : await repository.countUnread(userId) };
  }

  async function tellSome(
    userIds: readonly string[],
    { cause, again, kind, target, detail = {} }: Told,
  ): Promise<void> {
    const rows = (await repository.peopleAmong(userIds)).map((userId): Row => ({
      id: newId(),
      user_id: userId,
      cause,
      kind,
      target_kind: target?.kind ?? null,
      target_id: target?.id ?? null,
      detail: JSON.stringify(detail),
      created_at: now(),
      read_at: null,
    }));
    if (again && rows.length > 0) await repository.anew(rows);
    for (const row of rows) if (again || (await repository.once(row))) changed(row.user_id, row.id);
  }

  return {
    /** Writes it down and tells the person's devices. For many people at once, the same; silent about those who are gone. */
    async tell(userIds: readonly string[], told: Told): Promise<void> {
      const failures: unknown[] = [];
      for (let at = 0; at < userIds.length; at += PEOPLE_AT_ONCE) {
        const some = userIds.slice(at, at + PEOPLE_AT_ONCE);
        // Somebody may go between the two statements: the second time they are not asked for any more.
        await tellSome(some, told)
          .catch(() => tellSome(some, told))
          .catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },

    /** What is about a thing that is gone, or not shared with the person any more, is forgotten when it is come upon. */
    async list(
      userId: string,
      query: { limit: number; cursor?: string | undefined; unread?: 'true' | 'false' | undefined },
    ): Promise<Notifications> {
      const { limit, cursor: before } = query;
      const unread = query.unread === undefined ? undefined : query.unread === 'true';
      const rows = await repository.list(userId, { before, unread, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const titles = await titlesOf(userId, items);
      const gone = items.filter((row) => isGone(row, titles)).map(({ id }) => id);
      if (gone.length > 0) await repository.remove(userId, gone);
      return {
        items: items.filter((row) => !isGone(row, titles)).map((row) => present(row, titles)),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
        unread: await repository.countUnread(userId),
      };
    },

    async change(userId: string, id: string, { read }: { read: boolean }): Promise<Notification> {
      const row = await repository.find(userId, id);
      const titles = await titlesOf(userId, row ? [row] : []);
      if (!row || isGone(row, titles)) throw new AppError('NOT_FOUND', { message: 'There is no such notification.' });
      if (read === (row.read_at !== null)) return present(row, titles);
      const read_at = read ? now() : null;
      await repository.setRead(userId, id, read_at);
      changed(userId, id);
      return present({ ...row, read_at }, titles);
    },

    readAll: (userId: string, { conversation_id: id }: { conversation_id?: string | undefined } = {}) =>
      readAll(userId, id && causeOfAnswer(id)),

    /** Silent about one that is gone. */
    async remove(userId: string, id: string): Promise<void> {
      if ((await repository.remove(userId, [id])) > 0) changed(userId, null);
    },

    nameOf: repository.nameOf,
    membersOf: repository.membersOf,
    sweep: (): Promise<void> => repository.removeBefore(now() - days(KEPT_DAYS)),
  };
}

export function registerInboxJobs(jobs: Pick<JobQueue, 'handle' | 'schedule'>, inbox: Pick<Inbox, 'sweep'>): void {
  jobs.handle('notifications.sweep', inbox.sweep);
  jobs.schedule('notifications.sweep', '11 3 * * *', {});
}
