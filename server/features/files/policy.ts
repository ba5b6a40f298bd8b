import type { Files } from '../../db/schema.ts';
import { grant, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';

export type FileRow = Files;

/** A file is its owner's alone. Anybody else learns no more than of one that does not exist. */
export function authorizeFile(userId: string, file: FileRow | undefined): Authorized<FileRow> {
  if (file?.user_id !== userId) throw new AppError('FILE_NOT_FOUND');
  return grant(file);
}
