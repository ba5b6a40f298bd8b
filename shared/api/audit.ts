import { z } from 'zod';
import { auditActions } from '../audit-actions.ts';
import { id, page, pageQuery, timestamp } from './common.ts';

export type AuditAction = (typeof auditActions)[number];

export const auditEntry = z.object({
  id,
  /** Place in the chain: 1, 2, 3… */
  seq: z.number().int(),
  at: timestamp,
  /** Null: nobody that is known, or the server by itself. `name` is the e-mail of that time. */
  actor: z.object({ id, name: z.string().nullable() }).nullable(),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  request_id: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  /** SHA-256 (hex) of the hash before, a line feed, and this entry as JSON with sorted keys. */
  hash: z.string(),
  prev_hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const filters = {
  /** A person's id. */
  actor: id.optional(),
  action: z.enum(auditActions).optional(),
  from: timestamp.optional(),
  /** Up to, and without. */
  to: timestamp.optional(),
  /** Part of a name, an address, an action or a request's id. */
  q: z.string().trim().max(200).optional(),
};
export const auditQuery = pageQuery.extend({
  ...filters,
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'This is not a cursor that was given out here. Begin again without one.')
    .optional(),
});
export const auditExportQuery = z.object({ ...filters, format: z.enum(['csv', 'jsonl']) });
export const auditPage = page(auditEntry);

export const auditVerification = z.object({
  /** Whether every entry is there, unchanged and in its place. */
  ok: z.boolean(),
  /** How many entries were looked at. */
  entries: z.number().int(),
  /** The first that is missing or not as it was written. */
  broken_at: z.number().int().nullable(),
  /** Of the last entry; kept elsewhere, it shows later that nothing before it was changed. */
  head_hash: z.string(),
});
export type AuditVerification = z.infer<typeof auditVerification>;
