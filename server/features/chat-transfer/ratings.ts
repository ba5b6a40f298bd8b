import { z } from 'zod';
import type { CarriedFeedback } from '../../../shared/api/chat-transfer.ts';
import { toIso } from '../../lib/clock.ts';

/** Our columns' lengths. */
const MOST = { reason: 100, comment: 5_000 };

/** What other programs say of an answer, as ours. Null for what is neither good nor bad. */
export function ratingOf(said: {
  rating: unknown;
  reason?: string | null | undefined;
  comment?: string | null | undefined;
  at: number;
}): CarriedFeedback | null {
  const rating = isGood(said.rating);
  if (rating === null) return null;
  const at = toIso(said.at);
  const text = (value: string | null | undefined, most: number): string | null => value?.trim().slice(0, most) || null;
  return {
    rating: rating ? 'up' : 'down',
    reason: text(said.reason, MOST.reason),
    comment: text(said.comment, MOST.comment),
    created_at: at,
    updated_at: at,
  };
}

function isGood(rating: unknown): boolean | null {
  if (rating === 1 || rating === -1) return rating === 1;
  const word = /up$|down$/i.exec(typeof rating === 'string' ? rating : '')?.[0].toLowerCase();
  return word === undefined ? null : word === 'up';
}

const row = z.looseObject({
  id: z.string().nullish(),
  message_id: z.string().nullish(),
  rating: z.unknown(),
  create_time: z.union([z.number(), z.string()]).nullish(),
  /** JSON in a text. */
  content: z.string().nullish(),
});

/** ChatGPT's message_feedback.json, by message. What is not in order in it is passed over. */
export function ratingsIn(value: unknown): Map<string, CarriedFeedback> {
  const found = new Map<string, CarriedFeedback>();
  for (const one of Array.isArray(value) ? (value as unknown[]) : []) {
    const { data } = row.safeParse(one);
    const message = data?.message_id ?? data?.id;
    if (!data || !message) continue;
    const { text, tags } = contentIn(data.content);
    const rating = ratingOf({ rating: data.rating, reason: tags, comment: text, at: timeIn(data.create_time) });
    if (rating) found.set(message, rating);
  }
  return found;
}

function timeIn(at: number | string | null | undefined): number {
  const ms = typeof at === 'number' ? at * 1_000 : Date.parse(at ?? '');
  return Math.abs(ms) < 8e15 ? Math.round(ms) : 0;
}

const content = z.looseObject({ text: z.string().nullish(), tags: z.array(z.string()).nullish() });

function contentIn(text: string | null | undefined): { text: string | null; tags: string | null } {
  try {
    const { data } = content.safeParse(JSON.parse(text ?? 'null'));
    return { text: data?.text ?? null, tags: data?.tags?.join(', ') ?? null };
  } catch {
    return { text: text ?? null, tags: null };
  }
}
