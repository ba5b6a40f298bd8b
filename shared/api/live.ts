import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** What a client may say. */
export const userJoin = z.object({ auth: z.object({ token: z.string().min(1).max(8_192) }) });
export const modelUsage = z.object({ model: z.string().min(1).max(300) });

/** What the server says, by the name of the event. What is `updated` are the person's own affairs, and goes to no one else. */
export type LiveEvents = {
  /** People who are here now. */
  'user-count': { count: number };
  presence: { user_id: string; online: boolean };
  /** Models that somebody is using now. */
  usage: { models: string[] };
  /** What came was not taken. The socket stays unless the server closes it. */
  error: { code: ErrorCode; message: string };
  /** The conversation, its messages or what waits to be sent have changed. */
  'conversation.updated': { conversation_id: string; deleted: boolean };
  'generation.updated': { generation_id: string; conversation_id: string; status: string };
  'document.updated': { file_id: string; status: string; status_detail: string | null };
  /** One's list of notifications has changed: by this one, or (null) by several. */
  'notification.updated': { notification_id: string | null };
  /** How far work in the background is, 0 to 1: for those who may see the figures of the instance. */
  'job.progress': { job_id: string; kind: string; progress: number };
};
