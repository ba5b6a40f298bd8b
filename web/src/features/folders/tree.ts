import type { Folder } from '../../../../shared/api/folders.ts';

export type FolderLine = { folder: Folder; depth: number };

/** Folders as they are drawn: by name, each under the one it lies in. One whose parent is not there stands at the top. */
export function linesOf(folders: readonly Folder[]): FolderLine[] {
  const known = new Set(folders.map(({ id }) => id));
  const children = Map.groupBy(
    [...folders].sort((a, b) => a.name.localeCompare(b.name)),
    ({ parent_id }) => (parent_id !== null && known.has(parent_id) ? parent_id : null),
  );
  const under = (parent: string | null, depth: number): FolderLine[] =>
    (children.get(parent) ?? []).flatMap((folder) => [{ folder, depth }, ...under(folder.id, depth + 1)]);
  return under(null, 0);
}
