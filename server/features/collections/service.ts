import type { Kysely } from 'kysely';
import type { Collection, CollectionShare, Subject } from '../../../shared/api/collections.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import { subjectExists } from '../../db/readable.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from '../audit/service.ts';
import type { FileService } from '../files/service.ts';
import type { KnowledgeService } from '../knowledge/service.ts';
import { authorizeCollection, type OwnCollection } from './policy.ts';
import { presentCollection } from './present.ts';
import { createCollectionRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  knowledge: Pick<KnowledgeService, 'retrieve' | 'filesIn'>;
  files: Pick<FileService, 'remove'>;
  audit: Pick<AuditService, 'record'>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};
type Who = Pick<Actor, 'userId'>;

/** Its name is content, and stays out of the audit log. */
const target = (id: string) => ({ kind: 'collection', id });

/** More would make no list that a person can look at. */
const MAX_COLLECTIONS = 500;

export type CollectionService = ReturnType<typeof createCollectionService>;

/** Files and web pages that belong together: made, described, shared and asked. */
export function createCollectionService({ db, knowledge, files, audit, events, now }: Deps) {
  const repository = createCollectionRepository(db);

  const authorized = async ({ userId }: Who, id: string, need: 'read' | 'write' | 'owner'): Promise<OwnCollection> =>
    authorizeCollection(await repository.find(userId, id), need);

  const shown = async (row: OwnCollection): Promise<Collection> =>
    presentCollection(row, (await repository.counts([row.id])).get(row.id));

  return {
    authorized,

    /** One's own and those shared with one, newest first. */
    async list({ userId }: Who): Promise<{ items: Collection[]; next_cursor: null }> {
      const rows = (await repository.list(userId)).map((row) => authorizeCollection(row, 'read'));
      const counts = await repository.counts(rows.map(({ id }) => id));
      return { items: rows.map((row) => presentCollection(row, counts.get(row.id))), next_cursor: null };
    },

    get: async (who: Who, id: string): Promise<Collection> => shown(await authorized(who, id, 'read')),

    async create(who: Who, { name, description = '' }: { name: string; description?: string | undefined }) {
      if ((await repository.countOwned(who.userId)) >= MAX_COLLECTIONS)
        throw new AppError('CONFLICT', { message: `No more than ${MAX_COLLECTIONS} collections. Delete one first.` });
      const at = now();
      const row = { id: newId(), user_id: who.userId, name, description, created_at: at, updated_at: at };
      await repository.insert(row);
      return shown(await authorized(who, row.id, 'owner'));
    },

    async change(who: Who, id: string, changes: { name?: string | undefined; description?: string | undefined }) {
      const { name, description } = changes;
      await authorized(who, id, 'write');
      await repository.update(id, {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        updated_at: now(),
      });
      return shown(await authorized(who, id, 'read'));
    },

    /** The files that people uploaded stay theirs; what was fetched for the collection goes with it. Silent about one that is not there. */
    async remove(who: Who, id: string): Promise<void> {
      const row = await repository.find(who.userId, id);
      if (!row) return;
      authorizeCollection(row, 'owner');
      const fetched = (await repository.sources(id)).filter(({ url }) => url !== null);
      await repository.delete(id);
      for (const { file_id, added_by } of fetched) if (file_id) await files.remove({ userId: added_by }, file_id);
    },

    /** What the sources say about a question. */
    async query(who: Who, id: string, { q, limit }: { q: string; limit: number }): Promise<Passage[]> {
      const row = await authorized(who, id, 'read');
      const fileIds = await knowledge.filesIn(who.userId, [row.id]);
      const { passages } = await knowledge.retrieve({ userId: who.userId, fileIds, question: q, limit });
      return passages;
    },

    /** Ids and names of these collections, all readable by the person: NOT_FOUND for one that is not. */
    named: async (userId: string, ids: readonly string[]): Promise<{ id: string; name: string }[]> =>
      Promise.all([...new Set(ids)].map(async (id) => authorized({ userId }, id, 'read'))),

    async shares(who: Who, id: string): Promise<CollectionShare[]> {
      await authorized(who, id, 'owner');
      return (await repository.shares(id)).map(({ user_id, group_id, access, user_name, group_name }) => ({
        user_id,
        group_id,
        access,
        name: user_name ?? group_name ?? '',
      }));
    },

    /** Shares it, or shares it otherwise than before. */
    async share(who: Who, id: string, { access, ...subject }: Subject & { access: 'read' | 'write' }): Promise<void> {
      await authorized(who, id, 'owner');
      if (!(await subjectExists(db, subject)))
        throw new AppError('NOT_FOUND', { message: 'There is no such person or group to share with.' });
      const { user_id = null, group_id = null } = subject;
      if (user_id === who.userId) return;
      let known = false;
      try {
        await repository.addShare({ id: newId(), collection_id: id, user_id, group_id, access, created_at: now() });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        await repository.changeShare(id, subject, access);
        known = true;
      }
      await audit.record({ action: 'collection.shared', target: target(id), detail: { user_id, group_id, access } });
      if (!known) events.publish('thing.shared', { by: who.userId, kind: 'collection', id, user_id, group_id });
    },

    async unshare(who: Who, id: string, subject: Subject): Promise<void> {
      // Whoever it is shared with by name may leave it.
      const leaves = subject.user_id === who.userId;
      await authorized(who, id, leaves ? 'read' : 'owner');
      await repository.removeShare(id, subject);
      const { user_id = null, group_id = null } = subject;
      await audit.record({
        action: leaves ? 'collection.left' : 'collection.unshared',
        target: target(id),
        detail: { user_id, group_id },
      });
    },
  };
}
