import { z } from 'zod';
import { whole } from './common.ts';
import { builtInKinds } from '../provider-kinds.ts';

export const providerKinds = [
  'ollama',
  'lmstudio',
  'openai',
  'anthropic',
  'openai-compatible',
  ...builtInKinds,
] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** `id` is `provider_id/model` and splits at its first slash. */
export const model = z.object({
  id: z.string(),
  /** What people read: the name that an admin gave it, else the provider's own. */
  name: z.string(),
  provider: z.string(),
  kind: z.enum(['chat', 'embedding']),
  /** Tokens. */
  context_length: z.number().int().optional(),
  vision: z.boolean().optional(),
  tools: z.boolean().optional(),
  reasoning: z.boolean().optional(),
  healthy: z.boolean(),
  /** For a million tokens, where an admin has said so. */
  price: z.object({ input: z.number(), output: z.number() }).optional(),
});
export type Model = z.infer<typeof model>;
export const modelList = whole(model);

/** What members may see of a provider: never its address or key. */
export const provider = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(providerKinds),
  healthy: z.boolean(),
  error: z.string().optional(),
});
export const providerList = whole(provider);

export const providerHealth = z.object({
  healthy: z.boolean(),
  latency_ms: z.number(),
  error: z.string().optional(),
});

/** `provider/model`, or a bare name. */
export const modelName = z.string().trim().min(1).max(300);
