import { z } from 'zod';
import { id, page, pageQuery, timestamp } from './common.ts';

/** A message that was found. `snippet` is HTML in which only `<mark>` is markup; everything else is escaped. */
export const messageHit = z.object({
  conversation_id: id,
  message_id: id,
  title: z.string(),
  snippet: z.string(),
  role: z.enum(['user', 'assistant']),
  created_at: timestamp,
});
export type MessageHit = z.infer<typeof messageHit>;

/** A day (from its first moment, or to its last, in UTC) or a point in time. */
const when = z.union([z.iso.date(), z.iso.datetime()]);

export const messageSearchQuery = pageQuery.extend({
  q: z.string().trim().min(1).max(500),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: id.optional(),
  model: z.string().max(300).optional(),
  role: z.enum(['user', 'assistant']).optional(),
  folder: id.optional(),
  archived: z.enum(['true', 'false']).optional(),
  from: when.optional(),
  to: when.optional(),
});
export type MessageSearchQuery = z.infer<typeof messageSearchQuery>;
export const messageHits = page(messageHit);
