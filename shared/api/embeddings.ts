import { z } from 'zod';
import { timestamp } from './common.ts';

/** `building` grows beside the `active` one and then takes its place; `previous` is kept for the way back. */
export const embeddingStates = ['building', 'active', 'previous'] as const;

export const embeddingIndex = z.object({
  /** `provider/model`. */
  model: z.string(),
  state: z.enum(embeddingStates),
  /** Passages that have their vector; of `passages` in all. */
  done: z.number().int(),
  /** Why it does not go on at the moment; null while it does. */
  error: z.string().nullable(),
  created_at: timestamp,
  activated_at: timestamp.nullable(),
});
export type EmbeddingIndex = z.infer<typeof embeddingIndex>;

export const embeddingsOverview = z.object({
  /** Of everybody's files. */
  passages: z.number().int(),
  /** The model that the environment names (EMBEDDING_MODEL): no other can be chosen here. Null: the choice is free. */
  locked: z.string().nullable(),
  indexes: z.array(embeddingIndex),
});
export type EmbeddingsOverview = z.infer<typeof embeddingsOverview>;

export const embeddingModelBody = z.strictObject({ model: z.string().trim().min(1).max(190) });

export const embeddingsEstimate = z.object({
  /** As it will be called: with its provider. */
  model: z.string(),
  passages: z.number().int(),
  /** Requests to the model server. */
  calls: z.number().int(),
  /** A rough guess: four characters a token. */
  tokens: z.number().int(),
});
export type EmbeddingsEstimate = z.infer<typeof embeddingsEstimate>;
