import { z } from 'zod';
import { timestamp } from './common.ts';

const limit = z.number().int().min(0).max(1_000_000_000_000).nullable();
/** Up to what numbers in JSON hold exactly. */
const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable();

/** Null is unlimited, as is what is left out beside another; 0 forbids. */
export const quotaBody = z
  .strictObject({
    messages_per_day: limit.optional(),
    tokens_per_day: limit.optional(),
    storage_bytes: bytes.optional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'Name at least one limit.')
  .transform(({ messages_per_day = null, tokens_per_day = null, storage_bytes = null }) => ({
    messages_per_day,
    tokens_per_day,
    storage_bytes,
  }));
export type QuotaBody = z.infer<typeof quotaBody>;

export const groupQuota = z.object({
  messages_per_day: limit,
  tokens_per_day: limit,
  storage_bytes: bytes,
  /** `none`: the group says nothing about it. */
  source: z.enum(['own', 'none']),
});
export type GroupQuota = z.infer<typeof groupQuota>;

export const userQuota = z.object({
  messages_per_day: limit,
  tokens_per_day: limit,
  storage_bytes: bytes,
  /** Whose limits these are: the person's own, the most generous of their groups, or the instance's. */
  source: z.enum(['own', 'group', 'default']),
  /** Tokens of answers that are being written count as estimated. */
  used: z.object({ messages: z.number().int(), tokens: z.number().int(), storage_bytes: z.number().int() }),
  /** Null is unlimited. */
  left: z.object({
    messages: z.number().int().nullable(),
    tokens: z.number().int().nullable(),
    storage_bytes: z.number().int().nullable(),
  }),
  /** Midnight UTC. */
  resets_at: timestamp,
});
export type UserQuota = z.infer<typeof userQuota>;
