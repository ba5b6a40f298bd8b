import type { SearchScope, TermGroup } from './driver.ts';

/** What may reach an engine's query parser. */
const safeTerm = /^[a-z0-9]{1,80}$/;

const token = (prefix: string, id: string): string => prefix + id.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * Owner and file stand in the index as terms of their own, so that the engine intersects posting lists before it touches
 * a row: a user's search costs by what the user has and not by what everybody has.
 */
export const scopeTerms = (row: { user_id: string; file_id: string }): string[] => [
  token('us', row.user_id),
  token('fs', row.file_id),
];

/** What is stored for a passage: scope first, then its terms. */
export const storedTerms = (row: { user_id: string; file_id: string; terms: readonly string[] }): string =>
  [...scopeTerms(row), ...row.terms.filter((term) => safeTerm.test(term))].join(' ');

/** Characters that the scope takes of what is stored for a passage: the letters and digits of two ids, each with its prefix and a space. */
export const scopeLength = 2 * ('us'.length + 32 + ' '.length);

/** The groups that all have to be satisfied, scope included; null when one of them cannot be. */
export function scopedGroups(scope: SearchScope, groups: readonly TermGroup[]): TermGroup[] | null {
  const safe = groups.map((group) => group.filter((term) => safeTerm.test(term)));
  const files = scope.fileIds?.map((id) => token('fs', id));
  const readable = [token('us', scope.userId), ...(scope.shared ?? []).map((id) => token('fs', id))];
  const all = [readable, ...(files ? [files] : []), ...safe];
  return all.some((group) => group.length === 0) ? null : all;
}

/** What is stored for a message: whose it is, then each of its terms once. */
export const messageTerms = (userId: string, terms: ReadonlySet<string>): string =>
  [token('us', userId), ...terms].filter((term) => safeTerm.test(term)).join(' ');
