import type { FindingPreview } from '../../../shared/api/finding-preview.ts';
import { AppError } from '../../lib/errors.ts';
import type { SearchScope } from '../../platform/search/driver.ts';
import type { PassageRepository, PassageRow } from './repository.ts';
import type { Retrieval } from './retrieval.ts';
import { shownLetters } from './traces.ts';

/** As many as go before a model. */
const usual = 8;

type Deps = {
  passages: Pick<PassageRepository, 'at' | 'collectionsHolding' | 'nameOf'>;
  scopeOf(userId: string, fileIds?: readonly string[]): Promise<SearchScope>;
  retrieve(scope: SearchScope, question: string, limit: number): Promise<Retrieval>;
};

const placeOf = ({ file_id, ordinal }: { file_id: string; ordinal: number }): string => `${file_id}:${ordinal}`;

/** Shows an admin what somebody's question would find, and why; words only of what the admin may read too. */
export function createPreview({ passages, scopeOf, retrieve }: Deps) {
  async function rowsAt(scope: SearchScope, items: readonly { file_id: string; ordinal: number }[]) {
    const places = [...Map.groupBy(items, ({ file_id }) => file_id)].map(([file_id, of]) => ({
      file_id,
      ordinals: of.map(({ ordinal }) => ordinal),
    }));
    return new Map((await passages.at(scope, places)).map((row): [string, PassageRow] => [placeOf(row), row]));
  }

  /** NOT_FOUND for a person who is not there. */
  return async function preview(adminId: string, userId: string, question: string): Promise<FindingPreview> {
    const name = await passages.nameOf(userId);
    if (name === undefined) throw new AppError('NOT_FOUND', { message: 'There is no such person.' });
    const scope = await scopeOf(userId);
    const found = await retrieve(scope, question, usual);
    const fileIds = [...new Set(found.considered.map(({ file_id }) => file_id))];
    const [theirs, admins, holding] = await Promise.all([
      rowsAt(scope, found.considered),
      scopeOf(adminId, fileIds).then((admin) => rowsAt(admin, found.considered)),
      passages.collectionsHolding(userId, fileIds),
    ]);
    return {
      user: { id: userId, name },
      matched: found.matched,
      way: found.way,
      terms: found.terms,
      by_meaning: found.byMeaning,
      rerank: found.rerank,
      items: found.considered.map((item) => ({
        ...item,
        title: theirs.get(placeOf(item))?.filename ?? null,
        own: theirs.get(placeOf(item))?.user_id === userId,
        collections: holding
          .filter(({ file_id }) => file_id === item.file_id)
          .map(({ id, name: of }) => ({ id, name: of })),
        text: admins.get(placeOf(item))?.text.slice(0, shownLetters) ?? null,
      })),
    };
  };
}
