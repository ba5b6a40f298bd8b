import type { Kysely } from 'kysely';
import type { MessagePart } from '../../../shared/api/chat.ts';
import { filesOfParts } from '../../../shared/message-files.ts';
import type { DB } from '../../db/schema.ts';
import { createHoldersRepository } from './holders-repository.ts';

const BATCH = 1_000;

type Deps = { db: Kysely<DB>; remove(who: { userId: string }, id: string): Promise<void> };

export type FileHolders = ReturnType<typeof createFileHolders>;

/** What holds a file: a message that has it, a collection, an assistant of its owner, a message that waits. */
export function createFileHolders({ db, remove }: Deps) {
  const repository = createHoldersRepository(db);

  /** Those of a person's files that nothing holds. */
  async function unheld(userId: string, ids: readonly string[]): Promise<Set<string>> {
    const left = new Set(ids);
    for (const id of await repository.collected(ids)) left.delete(id);
    for (const list of await repository.lists(userId)) for (const id of left) if (list.includes(id)) left.delete(id);
    let after: string | undefined;
    while (left.size > 0) {
      const rows = await repository.partsWithFiles(userId, after, BATCH);
      for (const { parts } of rows) for (const id of filesOfParts(JSON.parse(parts) as MessagePart[])) left.delete(id);
      after = rows.at(-1)?.id;
      if (rows.length < BATCH) break;
    }
    return left;
  }

  async function forgetMade(userId: string): Promise<void> {
    const files = await repository.madeInNothing(userId);
    if (files.length === 0) return;
    const ids = files.map(({ id }) => id);
    for (const id of await unheld(userId, ids)) await remove({ userId }, id);
  }

  return {
    unheld,

    /** What a tool made lives as long as the answer it was made in, or as something else holds it. After a message was deleted. */
    forgetMade,

    /** The same for everybody: what was cut off, or let go of since. */
    async sweep(): Promise<void> {
      for (const userId of await repository.ownersOfMadeInNothing()) await forgetMade(userId);
    },
  };
}
