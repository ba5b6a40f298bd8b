import type { Passage } from '../../../shared/api/passages.ts';
import type { SearchScope } from '../../platform/search/driver.ts';
import { defaultBudget, passageTokens, withinBudget } from './context.ts';
import type { PassageRepository } from './repository.ts';
import { present, tracedPlace, type Retrieval } from './retrieval.ts';
import type { Trace } from './traces.ts';
import { createWholeFiles } from './whole-files.ts';

/** Neighbours that are added at most. */
const mostNeighbours = 6;
/** Of the found ones, those whose neighbours may be wanted. */
const bestHits = 3;

/** What goes before a model, and the account of it. */
export type Selection = { passages: Passage[]; trace: Trace };

export type Beside = {
  /** Passages of the web, which come first. */
  web: readonly Passage[];
  /** The model takes all that was found. */
  unbounded: boolean;
  /** Tokens that there are for whole files, where they fit; 0 for none. */
  whole: number;
};

/**
 * The files as a whole, where they are named and fit; else of what was found, as much as there is room for beside the web's passages; where room is left, also what stands before and
 * after the best ones, as an answer often goes on there.
 */
export function createSelector(passages: Pick<PassageRepository, 'at' | 'inOrder' | 'tokens'>) {
  const wholeFiles = createWholeFiles(passages);

  return async function select(
    scope: SearchScope,
    question: string,
    found: Retrieval,
    { web, unbounded, whole }: Beside,
  ): Promise<Selection> {
    const files = !unbounded && whole > defaultBudget ? await wholeFiles(scope, found, { web, room: whole }) : null;
    if (files) return { passages: files.passages, trace: { ...account(scope, question, found), ...files.trace } };
    const all = [...web, ...found.passages];
    const limit = defaultBudget;
    const kept = unbounded ? all : withinBudget(all, limit);
    const given = Math.max(0, kept.length - web.length);
    let used = kept.reduce((sum, passage) => sum + passageTokens(passage), 0);
    const items: Trace['items'] = found.considered.map((item, at) =>
      item.outcome === 'given' && at >= given ? { ...item, outcome: 'budget' } : item,
    );
    const neighbours =
      !unbounded && found.matched && found.way === 'search' && given === found.passages.length ? await around() : [];
    return {
      passages: [...kept, ...neighbours.map(({ passage }) => passage)],
      trace: {
        ...account(scope, question, found),
        web: Math.min(web.length, kept.length),
        budget: unbounded ? null : { limit, used },
        items: [...items.slice(0, given), ...neighbours.map(({ item }) => item), ...items.slice(given)],
      },
    };

    async function around() {
      const here = new Set(items.slice(0, given).map(({ file_id, ordinal }) => `${file_id}:${ordinal}`));
      const wanted = items
        .slice(0, Math.min(given, bestHits))
        .flatMap(({ file_id, ordinal }) =>
          [ordinal + 1, ordinal - 1].filter((at) => at >= 0).map((at) => ({ file_id, ordinals: [at] })),
        );
      const rows = await passages.at(scope, wanted);
      const added: { passage: Passage; item: Trace['items'][number] }[] = [];
      for (const { file_id, ordinals } of wanted) {
        const row = rows.find((each) => each.file_id === file_id && each.ordinal === ordinals[0]);
        const place = `${file_id}:${ordinals[0]}`;
        if (!row || here.has(place) || added.length >= mostNeighbours) continue;
        const passage = present(row, 0);
        if (used + passageTokens(passage) > limit) continue;
        used += passageTokens(passage);
        here.add(place);
        added.push({
          passage,
          item: { ...tracedPlace(row), by_words: null, by_meaning: null, by_rerank: null, outcome: 'neighbour' },
        });
      }
      return added;
    }
  };
}

const account = (scope: SearchScope, question: string, found: Retrieval) => ({
  question,
  scope: scope.fileIds ?? null,
  way: found.way,
  terms: found.terms,
  by_meaning: found.byMeaning,
  rerank: found.rerank,
});
