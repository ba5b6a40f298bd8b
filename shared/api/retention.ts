import { z } from 'zod';
import { timestamp } from './common.ts';

/** Null: for ever. */
const days = z.int().min(1).max(36_500).nullable();

/** How long things are kept that nobody touches. */
export const retentionRules = z.strictObject({
  /** Pinned ones stay; archived ones only go where that is said. */
  conversations: z.strictObject({ days, archived: z.boolean() }),
  /** Files that are in no conversation, collection or assistant. */
  files: z.strictObject({ days }),
});
export type RetentionRules = z.infer<typeof retentionRules>;

/** How much a rule means: of people, and of what is theirs. */
export const retentionCounts = z.object({ conversations: z.number().int(), files: z.number().int() });
export type RetentionCounts = z.infer<typeof retentionCounts>;

export const retention = z.object({
  ...retentionRules.shape,
  /** What was deleted the last time that something was. */
  last_run: retentionCounts.extend({ at: timestamp }).nullable(),
});
export type Retention = z.infer<typeof retention>;
