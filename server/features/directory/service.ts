import type { Kysely } from 'kysely';
import type { Directory } from '../../../shared/api/directory.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { createDirectoryRepository } from './repository.ts';

export type DirectoryService = ReturnType<typeof createDirectoryService>;

/** Whom one can share with. */
export function createDirectoryService({ db }: { db: Kysely<DB> }) {
  const repository = createDirectoryRepository(db);
  return {
    find: async ({ userId }: Pick<Actor, 'userId'>, q: string): Promise<Directory> => ({
      users: await repository.users(q, userId),
      groups: await repository.groups(q),
    }),
  };
}
