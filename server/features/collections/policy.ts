import { grant, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { CollectionRow } from './repository.ts';

/** A collection that somebody was found to be allowed to use. */
export type OwnCollection = Authorized<CollectionRow>;

const rank = { read: 0, write: 1, owner: 2 } as const;

/**
 * Whoever may not even read it learns no more than of one that does not exist; whoever may read it and wants more is told so.
 */
export function authorizeCollection(row: CollectionRow | undefined, need: 'read' | 'write' | 'owner'): OwnCollection {
  if (!row) throw new AppError('NOT_FOUND', { message: 'There is no such collection.' });
  if (rank[row.access] < rank[need])
    throw new AppError('FORBIDDEN', {
      message:
        need === 'owner' ? 'Only the owner of this collection may do this.' : 'You may read this collection only.',
      details: { suggestion: `Ask ${row.owner_name}, whose collection it is.` },
    });
  return grant(row);
}
