import { z } from 'zod';
import { id, page, timestamp } from './common.ts';
import { fileStatuses } from './files.ts';

/** Sources in one collection. */
export const MAX_SOURCES = 1_000;

export const collectionAccess = ['owner', 'write', 'read'] as const;
export const collection = z.object({
  id,
  name: z.string(),
  description: z.string(),
  owner: z.object({ id, name: z.string() }),
  /** What the one who asks may do with it. */
  access: z.enum(collectionAccess),
  /** How many sources there are, and how far their reading is. */
  sources: z.object({ total: z.number().int(), ready: z.number().int(), failed: z.number().int() }),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Collection = z.infer<typeof collection>;
export const collections = page(collection);

const name = z.string().trim().min(1).max(200);
const description = z.string().trim().max(2_000);
export const collectionBody = z.strictObject({ name, description: description.optional() });
export const collectionPatch = z.strictObject({ name: name.optional(), description: description.optional() });

/** How often an address is fetched again by itself. */
export const refreshes = ['off', 'daily', 'weekly'] as const;
export type Refresh = (typeof refreshes)[number];

export const source = z.object({
  id,
  kind: z.enum(['file', 'url']),
  /** Null while an address was not fetched yet. */
  file_id: id.nullable(),
  url: z.string().nullable(),
  title: z.string(),
  status: z.enum(fileStatuses),
  status_detail: z.string().nullable(),
  content_type: z.string().nullable(),
  /** Bytes. */
  size: z.number().int().nullable(),
  page_count: z.number().int().nullable(),
  created_at: timestamp,
  /** When an address was last fetched. */
  fetched_at: timestamp.nullable(),
  refresh: z.enum(refreshes),
  /** When it is fetched again by itself; null where it is not. */
  next_fetch_at: timestamp.nullable(),
});
export type CollectionSource = z.infer<typeof source>;
export const sources = page(source);

/** Exactly one of them. */
export const sourceBody = z
  .strictObject({ file_id: id.optional(), url: z.string().trim().min(1).max(2_000).optional() })
  .refine((body) => (body.file_id === undefined) !== (body.url === undefined), 'Name either a file_id or a url.');
export type SourceBody = z.infer<typeof sourceBody>;

export const sourceRefreshBody = z.strictObject({
  url: z.string().trim().min(1).max(2_000),
  refresh: z.enum(refreshes),
});

export const shareAccess = ['read', 'write'] as const;
export const collectionShare = z.object({
  user_id: id.nullable(),
  group_id: id.nullable(),
  name: z.string(),
  access: z.enum(shareAccess),
});
export type CollectionShare = z.infer<typeof collectionShare>;
export const collectionShares = page(collectionShare);

const subject = { user_id: id.optional(), group_id: id.optional() };
const oneSubject = (body: { user_id?: string | undefined; group_id?: string | undefined }): boolean =>
  (body.user_id === undefined) !== (body.group_id === undefined);
const which = 'Name either a user_id or a group_id.';
export const shareBody = z.strictObject({ ...subject, access: z.enum(shareAccess) }).refine(oneSubject, which);
export const unshareBody = z.strictObject(subject).refine(oneSubject, which);
export type Subject = z.infer<typeof unshareBody>;
