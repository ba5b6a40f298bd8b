import type { FileHolders } from '../files/holders.ts';
import type { createRetentionRepository, StaleFile } from './repository.ts';

type Deps = {
  repository: Pick<ReturnType<typeof createRetentionRepository>, 'owners' | 'filesOf'>;
  holders: Pick<FileHolders, 'unheld'>;
};

/** Old files that nothing holds, one person after another. */
export async function* unusedFiles({ repository, holders }: Deps, before: number): AsyncGenerator<StaleFile> {
  for (const userId of await repository.owners(before)) {
    const files = await repository.filesOf(userId, before);
    const ids = files.map(({ id }) => id);
    const unheld = await holders.unheld(userId, ids);
    yield* files.filter(({ id }) => unheld.has(id));
  }
}
