import type { Trace } from './traces.ts';
import type { Ranked } from './ranking.ts';

/** A model's look at passages: a score for each, or null where it failed. Null as a whole: none is asked. */
export type Rerank = (
  question: string,
  texts: readonly string[],
  signal?: AbortSignal,
) => Promise<{ model: string; scores: readonly number[] | null } | null>;

/** Read by the model; what was found later than these is far from answering. */
const judged = 24;
/** Of a passage; models made for this cut off after some five hundred tokens themselves. */
const mostLetters = 2_000;
/** What the model put last still comes before what it did not see. */
const lowest = 0.1;

type Found = Ranked & { row: { filename: string; text: string } };

/** The best of what was found in the order that a model gives them, scores from 0 to 1; as it was where the model has nothing to say. */
export async function reorder<T extends Found>(
  rerank: Rerank | undefined,
  question: string,
  found: readonly T[],
  signal?: AbortSignal,
): Promise<{ items: readonly T[]; ranks: ReadonlyMap<string, number>; rerank: Trace['rerank'] }> {
  const seen = found.slice(0, judged);
  const texts = seen.map(({ row }) => `${row.filename}\n${row.text}`.slice(0, mostLetters));
  const answer = await rerank?.(question, texts, signal);
  const asItWas = { items: found, ranks: new Map<string, number>() };
  if (!answer) return { ...asItWas, rerank: null };
  const { model, scores } = answer;
  if (!scores) return { ...asItWas, rerank: { model, used: false } };
  const [most, least] = [Math.max(...scores), Math.min(...scores)];
  const height = (at: number): number => (most > least ? ((scores[at] ?? least) - least) / (most - least) : 1);
  const inOrder = seen
    .map((item, at) => ({ ...item, score: lowest + (1 - lowest) * height(at) }))
    .sort((a, b) => b.score - a.score);
  const top = found[0]?.score ?? 1;
  const rest = found.slice(judged).map((item) => ({ ...item, score: (lowest * item.score) / top }));
  return {
    items: [...inOrder, ...rest],
    ranks: new Map(inOrder.map(({ passage_id }, at) => [passage_id, at + 1])),
    rerank: { model, used: true },
  };
}
