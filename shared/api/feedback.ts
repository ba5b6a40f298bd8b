import { z } from 'zod';
import { id, page, pageQuery, timestamp } from './common.ts';

const rating = z.enum(['up', 'down']);
const reason = z.string().trim().max(100).nullable();
const comment = z.string().trim().max(5_000).nullable();

export const feedback = z.object({
  id,
  message_id: id,
  rating,
  reason,
  comment,
  created_at: timestamp,
  updated_at: timestamp,
});
export type Feedback = z.infer<typeof feedback>;
export const feedbackBody = z.strictObject({
  message_id: id,
  rating,
  reason: reason.optional(),
  comment: comment.optional(),
});
export type FeedbackBody = z.infer<typeof feedbackBody>;
export const feedbackPatch = feedbackBody.omit({ message_id: true }).partial();
export type FeedbackPatch = z.infer<typeof feedbackPatch>;
export const feedbackQuery = pageQuery.extend({
  cursor: id.optional(),
  message_id: id.optional(),
  /** Of all answers of one conversation. */
  conversation_id: id.optional(),
});
export type FeedbackQuery = z.infer<typeof feedbackQuery>;
export const feedbackPage = page(feedback);
