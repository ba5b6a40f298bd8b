const SUGGESTED = 3;

/** Levenshtein's distance: insertions, deletions and replacements between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const bare = (id: string): string => id.slice(id.indexOf('/') + 1).toLowerCase();

/** Smaller is closer; undefined is too far to be meant. */
function closeness(requested: string, id: string): number | undefined {
  const [wanted, name] = [bare(requested), bare(id)];
  if (wanted !== '' && (name.includes(wanted) || wanted.includes(name))) return 0;
  const away = Math.min(distance(wanted, name), distance(requested.toLowerCase(), id.toLowerCase()));
  return away <= Math.max(2, Math.floor(name.length * 0.4)) ? away : undefined;
}

/** A sentence with the names that may have been meant, else with some that exist; undefined when there are none. */
export function suggestModels(requested: string, ids: readonly string[]): string | undefined {
  // Names are short; a long one is nobody's slip, and the distance costs its length.
  const comparable = requested.length <= 100 ? ids : [];
  const close = comparable
    .map((id) => ({ id, away: closeness(requested, id) }))
    .filter((one): one is { id: string; away: number } => one.away !== undefined)
    .toSorted((a, b) => a.away - b.away)
    .slice(0, SUGGESTED)
    .map(({ id }) => id);
  if (close.length > 0) return `Did you mean ${close.join(' or ')}?`;
  return ids.length > 0
    ? `Models here: ${ids.slice(0, SUGGESTED).join(', ')}${ids.length > SUGGESTED ? ', …' : '.'}`
    : undefined;
}
