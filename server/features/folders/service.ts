import type { Kysely } from 'kysely';
import { MAX_FOLDER_DEPTH, type Folder } from '../../../shared/api/folders.ts';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { createFolderRepository, type FolderRow } from './repository.ts';

type Deps = { db: Kysely<DB>; inTransaction: InTransaction; now: Clock };
type Who = Pick<Actor, 'userId'>;

/** More would make no tree that a person can look at. */
const MAX_FOLDERS = 1_000;

export type FolderService = ReturnType<typeof createFolderService>;

const presentFolder = ({ id, name, parent_id, created_at, updated_at }: FolderRow): Folder => ({
  id,
  name,
  parent_id,
  created_at: toIso(created_at),
  updated_at: toIso(updated_at),
});

const noFolder = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such folder.' });

/** A person's folders: a tree of their own, which nobody else sees. */
export function createFolderService({ db, inTransaction, now }: Deps) {
  const repository = createFolderRepository(db);

  async function own({ userId }: Who, id: string): Promise<FolderRow> {
    const row = await repository.find(userId, id);
    if (!row) throw noFolder();
    return row;
  }

  return {
    /** All of them: the page draws the tree whole. */
    async list({ userId }: Who): Promise<{ items: Folder[]; next_cursor: null }> {
      return { items: (await repository.list(userId)).map(presentFolder), next_cursor: null };
    },

    get: async (who: Who, id: string): Promise<Folder> => presentFolder(await own(who, id)),

    /** NOT_FOUND where the folder is not this person's. */
    check: async (userId: string, id: string): Promise<void> => {
      await own({ userId }, id);
    },

    create: ({ userId }: Who, body: { name: string; parent_id?: string | null | undefined }): Promise<Folder> =>
      inTransaction(async (tx) => {
        const inside = createFolderRepository(tx);
        await inside.lock(userId);
        const all = await inside.list(userId);
        if (all.length >= MAX_FOLDERS)
          throw new AppError('CONFLICT', { message: `No more than ${MAX_FOLDERS} folders. Delete one first.` });
        const row = {
          id: newId(),
          user_id: userId,
          parent_id: body.parent_id ?? null,
          name: body.name,
          created_at: now(),
          updated_at: now(),
        };
        checkTree([...all, row], row);
        await inside.insert(row);
        return presentFolder(row);
      }),

    change: (
      { userId }: Who,
      id: string,
      body: { name?: string | undefined; parent_id?: string | null | undefined },
    ): Promise<Folder> =>
      inTransaction(async (tx) => {
        const inside = createFolderRepository(tx);
        await inside.lock(userId);
        const all = await inside.list(userId);
        const before = all.find((row) => row.id === id);
        if (!before) throw noFolder();
        const after: FolderRow = {
          ...before,
          name: body.name ?? before.name,
          parent_id: body.parent_id === undefined ? before.parent_id : body.parent_id,
          updated_at: now(),
        };
        checkTree(
          all.map((row) => (row.id === id ? after : row)),
          after,
        );
        await inside.update(id, { name: after.name, parent_id: after.parent_id, updated_at: after.updated_at });
        return presentFolder(after);
      }),

    /** The conversations and folders in it move up to where it lay. */
    remove: ({ userId }: Who, id: string): Promise<void> =>
      inTransaction(async (tx) => {
        const inside = createFolderRepository(tx);
        await inside.lock(userId);
        const row = await inside.find(userId, id);
        if (row) await inside.dissolve(row);
      }),
  };
}

/** Of a tree that was in order before `changed` was put into it: still without a circle, and no deeper than it may be. */
function checkTree(all: readonly FolderRow[], changed: FolderRow): void {
  const parents = new Map(all.map(({ id, parent_id }) => [id, parent_id]));
  const above = (id: string): number => {
    let steps = 0;
    for (let at = parents.get(id); at; at = parents.get(at)) {
      if (at === changed.id && id === changed.id) throw invalidField('parent_id', 'A folder cannot lie within itself.');
      steps += 1;
    }
    return steps;
  };
  if (changed.parent_id !== null && !parents.has(changed.parent_id)) throw noFolder();
  // The changed one first: without a circle through it there is none at all.
  for (const id of [changed.id, ...parents.keys()]) {
    if (above(id) >= MAX_FOLDER_DEPTH)
      throw invalidField('parent_id', `Folders lie in folders no more than ${MAX_FOLDER_DEPTH} deep.`);
  }
}
