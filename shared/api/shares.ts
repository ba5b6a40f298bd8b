import { z } from 'zod';
import { id, timestamp, whole } from './common.ts';

export const shareModes = ['frozen', 'live'] as const;

/** The token of a link: 24 random bytes. */
const token = z.string().min(1).max(100);

export const shareBody = z
  .strictObject({
    /** `frozen` shows what is there now, for good; `live` what is there when somebody looks. */
    mode: z.enum(shareModes).default('frozen'),
    /** Also for people without an account here, where the admin allows it. */
    public: z.boolean().default(false),
    /** The last message that is shown; absent, the newest. */
    message_id: id.optional(),
  })
  .nullish();
export type ShareBody = NonNullable<z.infer<typeof shareBody>>;

/** `id` is the token that the link ends in; it is shown this once. */
export const shareMade = z.object({ id: token, url: z.string() });

/** A link as its owner sees it later, without its token. */
export const shareLink = z.object({ id, mode: z.enum(shareModes), public: z.boolean(), created_at: timestamp });
export type ShareLink = z.infer<typeof shareLink>;
export const shareLinks = whole(shareLink);

export const sharedMessage = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  model: z.string().nullable(),
  created_at: timestamp,
});
export type SharedMessage = z.infer<typeof sharedMessage>;

/** What a link shows: the text of one way through a conversation, and nothing of its owner but the name. */
export const sharedConversation = z.object({
  title: z.string(),
  shared_by: z.string(),
  mode: z.enum(shareModes),
  created_at: timestamp,
  messages: z.array(sharedMessage),
});
export type SharedConversation = z.infer<typeof sharedConversation>;

export const shareParams = z.object({ token });
