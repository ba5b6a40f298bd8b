import type { z } from 'zod';
import type { filePassages, filePassagesQuery } from '../../../shared/api/files.ts';
import type { ExtractedPage } from '../../platform/extract/driver.ts';

export type FilePassage = z.infer<typeof filePassages>['items'][number];

/** All, or those of a page; at most `limit` of them, from behind the one with the ordinal `after` on. */
export type WhichPassages = z.infer<typeof filePassagesQuery>;

/** What files ask of whoever keeps their passages. */
export type FilePassages = {
  /** Puts these pages in the place of whatever the file had before, all or nothing; the number of passages. */
  replace(file: { id: string; user_id: string }, pages: readonly ExtractedPage[]): Promise<{ count: number }>;
  /** Whether somebody who is not the file's owner may read it all the same: it is in a collection shared with them. */
  mayRead(userId: string, fileId: string): Promise<boolean>;
  removeFile(fileId: string): Promise<void>;
  /** In reading order; of one page where it is named, and then with its place on it. */
  list(fileId: string, which?: WhichPassages): Promise<FilePassage[]>;
};
