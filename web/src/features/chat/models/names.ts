import type { Model } from '../../../../../shared/api/models.ts';

/** The built-in answerer that quotes files. */
export const isLibrarian = (model: Pick<Model, 'provider'>): boolean => model.provider === 'librarian';

/** `provider/name` → `name`, for where only the id is known. */
export const modelName = (id: string | null): string => {
  if (id?.startsWith('librarian')) return 'Librarian';
  return id?.slice(id.indexOf('/') + 1) ?? '';
};
