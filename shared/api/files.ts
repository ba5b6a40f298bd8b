import { z } from 'zod';
import { box } from './citations.ts';
import { id, pageQuery, timestamp } from './common.ts';

export const fileStatuses = ['queued', 'processing', 'ready', 'failed'] as const;
export type FileStatus = (typeof fileStatuses)[number];

export const file = z.object({
  id,
  filename: z.string(),
  content_type: z.string(),
  /** Bytes. */
  size: z.number().int(),
  sha256: z.string(),
  status: z.enum(fileStatuses),
  /** Why it failed, or how far it has come. */
  status_detail: z.string().nullable(),
  page_count: z.number().int().nullable(),
  created_at: timestamp,
});
export type StoredFile = z.infer<typeof file>;

/** `q`: what the name contains. */
export const filesQuery = pageQuery.extend({ q: z.string().trim().max(200).optional() });

/** Of one page; or of all of it, a part at a time: at most `limit`, from behind the passage `after` on. */
export const filePassagesQuery = z.object({
  page: z.coerce.number().int().min(1).optional(),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(5_000).optional(),
});

/** What was read from a file, in reading order; `page` is null where the file has no pages. */
export const filePassages = z.object({
  items: z.array(
    z.object({
      ordinal: z.number().int(),
      page: z.number().int().nullable(),
      text: z.string(),
      /** Where it stands on its page; only where one page is asked for. */
      boxes: z.array(box).optional(),
    }),
  ),
});
