/** What is asked for first, by the page and by `index.html` ahead of it: the very same addresses. */

export const conversationPath = (id: string): string => `/api/conversations/${id}`;

export function messagesPath(id: string, cursor: string | null = null): string {
  const query = new URLSearchParams({ order: 'desc', limit: '100' });
  if (cursor) query.set('cursor', cursor);
  return `/api/conversations/${id}/messages?${query}`;
}

/** Which conversations are shown: all of them, or those of a folder, with a tag, with these words in their title. */
export type ListFilter = { q: string; archived: boolean; folder: string | null; tag: string | null };

export function listPath({ q, archived, folder, tag }: ListFilter, cursor: string | null = null): string {
  const query = new URLSearchParams({ limit: '50', archived: String(archived) });
  if (q) query.set('q', q);
  if (folder !== null) query.set('folder', folder);
  if (tag !== null) query.set('tag', tag);
  if (cursor) query.set('cursor', cursor);
  return `/api/conversations?${query}`;
}
