import type { Files } from '../../db/schema.ts';
import { grant, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';

export type FileRow = Files;

/**
 * A file is its owner's, and whoever reads a collection that it is in may read it (`shared`). Anybody else learns no more
 * than of one that does not exist.
 */
export function authorizeFile(userId: string, file: FileRow | undefined, shared = false): Authorized<FileRow> {
  if (!file || (file.user_id !== userId && !shared)) throw new AppError('FILE_NOT_FOUND');
  return grant(file);
}
