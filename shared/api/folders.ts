import { z } from 'zod';
import { id, page, timestamp } from './common.ts';

/** Folders lie in folders no deeper than this. */
export const MAX_FOLDER_DEPTH = 10;

export const folder = z.object({
  id,
  name: z.string(),
  parent_id: id.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Folder = z.infer<typeof folder>;

const name = z.string().trim().min(1).max(100);
export const folderBody = z.strictObject({ name, parent_id: id.nullable().optional() });
export const folderPatch = z.strictObject({ name: name.optional(), parent_id: id.nullable().optional() });
export const folders = page(folder);
