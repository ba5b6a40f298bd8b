import type { Passage } from '../../../shared/api/passages.ts';
import type { SearchScope } from '../../platform/search/driver.ts';
import { passageTokens } from './context.ts';
import type { PassageRepository, PassageRow } from './repository.ts';
import { present, tracedPlace, type Retrieval } from './retrieval.ts';
import type { Trace } from './traces.ts';

/** More do not fit, however short they are. */
const mostPassages = 150;

type Room = { web: readonly Passage[]; room: number };
type WholeFiles = { passages: Passage[]; trace: Pick<Trace, 'way' | 'web' | 'budget' | 'items'> };

const placeOf = ({ file_id, ordinal }: { file_id: string; ordinal: number }): string => `${file_id}:${ordinal}`;

/** All that some files say: nothing has to be found in what fits as it is. */
export function createWholeFiles(passages: Pick<PassageRepository, 'inOrder' | 'tokens'>) {
  /** Null where they do not fit beside what came from the web: never a part of them. */
  return async function wholeFiles(
    scope: SearchScope,
    found: Retrieval,
    { web, room }: Room,
  ): Promise<WholeFiles | null> {
    const { fileIds } = scope;
    if (!fileIds?.length) return null;
    if ((await passages.tokens(scope)) > room) return null;
    const rows = await passages.inOrder(scope, mostPassages + 1);
    if (rows.length === 0 || rows.length > mostPassages) return null;
    const given = found.considered.filter(({ outcome }) => outcome === 'given').map(placeOf);
    const ranks = new Map(found.considered.map((item) => [placeOf(item), item]));
    const inRank = new Map(given.map((place, at) => [place, at]));
    const inFiles = new Map(fileIds.map((id, at) => [id, at]));
    const rank = (row: PassageRow): number => inRank.get(placeOf(row)) ?? given.length;
    // What answers comes first all the same: models read the beginning with the most care.
    rows.sort(
      (a, b) =>
        rank(a) - rank(b) || (inFiles.get(a.file_id) ?? 0) - (inFiles.get(b.file_id) ?? 0) || a.ordinal - b.ordinal,
    );
    const scoreOf = (row: PassageRow): number => found.passages[rank(row)]?.score ?? 0;
    const all = [...web, ...rows.map((row) => present(row, scoreOf(row)))];
    const used = all.reduce((sum, passage) => sum + passageTokens(passage), 0);
    if (used > room) return null;
    const unranked = { by_words: null, by_meaning: null, by_rerank: null };
    const items = rows.map((row) => ({
      ...unranked,
      ...ranks.get(placeOf(row)),
      ...tracedPlace(row),
      outcome: 'given' as const,
    }));
    return { passages: all, trace: { way: 'whole', web: web.length, budget: { limit: room, used }, items } };
  };
}
