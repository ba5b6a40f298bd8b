import { z } from 'zod';
import { id, page, pageQuery, timestamp } from './common.ts';

export const notificationKinds = [
  'answer.done',
  'answer.failed',
  'share.received',
  'quota.near',
  'quota.used_up',
  'export.ready',
  'export.failed',
  'file.failed',
  'security.new_device',
  'security.replay',
  'security.password',
  'security.factor',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

export const targetKinds = ['conversation', 'collection', 'assistant', 'file'] as const;
export type TargetKind = (typeof targetKinds)[number];

/** What else is to be said of it; which of them are there depends on the kind. */
export const notificationDetail = z.object({
  /** Whose deed it was, by name. */
  by: z.string().optional(),
  /** What is limited, and how much of it there is: for `quota`. */
  resource: z.enum(['messages', 'tokens', 'storage']).optional(),
  limit: z.number().optional(),
  /** What was done to the sign-in: for `security.factor`. */
  change: z.string().optional(),
  ip: z.string().optional(),
  user_agent: z.string().optional(),
});
export type NotificationDetail = z.infer<typeof notificationDetail>;

export const notification = z.object({
  id,
  kind: z.enum(notificationKinds),
  /** What it is about, as it is called now; null where it is about the account. */
  target: z.object({ kind: z.enum(targetKinds), id, title: z.string() }).nullable(),
  detail: notificationDetail,
  read: z.boolean(),
  created_at: timestamp,
});
export type Notification = z.infer<typeof notification>;

export const notificationQuery = pageQuery.extend({
  cursor: id.optional(),
  unread: z.enum(['true', 'false']).optional(),
});
/** `unread`: how many there are in all, not on this page alone. */
export const notifications = page(notification).extend({ unread: z.number().int() });
export type Notifications = z.infer<typeof notifications>;

export const notificationPatch = z.strictObject({ read: z.boolean() });
/** Without a conversation: all of them. */
export const notificationsRead = z.strictObject({ conversation_id: id.optional() });
export const unreadCount = z.object({ unread: z.number().int() });
