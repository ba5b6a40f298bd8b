import { z } from 'zod';
import { addableKinds } from '../provider-kinds.ts';
import { id, page, timestamp, whole } from './common.ts';
import { modelName, providerHealth, providerKinds } from './models.ts';

export const providerSources = ['environment', 'detected', 'stored', 'built_in'] as const;

/** What a million tokens cost, in the currency of the bill. */
const price = z.strictObject({ input: z.number().min(0).max(1e6), output: z.number().min(0).max(1e6) });

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/, 'Lower-case letters, digits and dashes, 50 at most.');
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'One line of text, please.');
/** As it is sent, or as it was shown: then nothing changes. */
const secret = z.string().trim().min(1).max(4_000);
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'This is not the name of a header.');
const count = 500;
const small = (what: Record<string, unknown>): boolean => Object.keys(what).length <= count;

/** Who may use it, what of it, and how that is called; also for providers whose connection is not an admin's to change. */
const rules = {
  enabled: z.boolean(),
  /** These alone, as the provider calls them; null: all that it lists. */
  models: z.array(modelName).max(count).nullable(),
  display_names: z.record(modelName, line(100)).refine(small),
  prices: z.record(modelName, price).refine(small),
  /** Null: everyone. */
  group_ids: z.array(id).max(100).nullable(),
  /** Its place in the list, from 0; the others move. */
  position: z.number().int().min(0).max(10_000),
};
const connection = {
  name: line(100).min(1),
  /** OpenAI kinds: with `/v1`; the others: the root. Absent: the kind's own address. */
  base_url: z.string().trim().min(1).max(2_000),
  api_key: secret.nullable(),
  timeout_ms: z.number().int().min(100).max(3_600_000).nullable(),
  headers: z.record(headerName, secret).refine(small),
};

export const providerBody = z
  .strictObject({ kind: z.enum(addableKinds), ...connection, ...rules })
  .partial()
  .required({ kind: true })
  .extend({ id: slug.optional() });
export type ProviderBody = z.infer<typeof providerBody>;
export const providerPatch = z.strictObject({ kind: z.enum(addableKinds), ...connection, ...rules }).partial();
export type ProviderPatch = z.infer<typeof providerPatch>;

export const providerParams = z.object({ id: z.string().min(1).max(100) });

export const adminProvider = z.object({
  id: z.string(),
  kind: z.enum(providerKinds),
  name: z.string(),
  base_url: z.string().nullable(),
  /** Masked. */
  api_key: z.string().nullable(),
  /** Values masked. */
  headers: z.record(z.string(), z.string()),
  enabled: z.boolean(),
  timeout_ms: z.number().nullable(),
  models: z.array(z.string()).nullable(),
  display_names: z.record(z.string(), z.string()),
  prices: z.record(z.string(), price),
  group_ids: z.array(z.string()).nullable(),
  position: z.number().int(),
  source: z.enum(providerSources),
  /** The connection comes from elsewhere and cannot be changed here. */
  locked: z.boolean(),
  /** Null: not looked at yet, or switched off. */
  healthy: z.boolean().nullable(),
  error: z.string().optional(),
  latency_ms: z.number().nullable(),
  /** `open`: it failed again and again and is left alone for a while. */
  circuit: z.enum(['closed', 'open', 'half_open']),
  /** What it lists, as it calls them, also those that are not offered. */
  listed_models: z.array(z.string()),
  /** Whether models can be loaded and deleted through it. */
  manageable: z.boolean(),
  created_at: timestamp.nullable(),
  updated_at: timestamp.nullable(),
});
export type AdminProvider = z.infer<typeof adminProvider>;
export const adminProviders = whole(adminProvider);

export const providerProblems = [
  'address',
  'blocked',
  'dns',
  'refused',
  'tls',
  'timeout',
  'unreachable',
  'key',
  'credit',
  'path',
  'kind',
  'no_model',
  'busy',
  'server',
  'other',
] as const;
export type ProviderProblem = (typeof providerProblems)[number];

export const providerTest = providerHealth.extend({
  /** The model that was asked, as the provider calls it. */
  model: z.string().optional(),
  /** How many models it lists. */
  models: z.number().int().optional(),
  /** What is wrong, in one word; `error` says it in a sentence. */
  problem: z.enum(providerProblems).optional(),
  /** How to mend it. */
  suggestion: z.string().optional(),
});
export type ProviderTest = z.infer<typeof providerTest>;

const choice = modelName.nullable();
export const aiSettings = z.object({
  default_provider: z.string().nullable(),
  default_model: z.string().nullable(),
  /** Asked when a model fails before its first word and no other provider has it. */
  fallback_model: z.string().nullable(),
  /** Fields that the environment decides. */
  locked: z.array(z.enum(['default_provider', 'default_model'])),
  providers: z.array(adminProvider),
});
export type AiSettings = z.infer<typeof aiSettings>;
export const aiSettingsPatch = z
  .strictObject({ default_provider: choice, default_model: choice, fallback_model: choice })
  .partial();
export type AiSettingsPatch = z.infer<typeof aiSettingsPatch>;
export const aiTestBody = z.strictObject({ model: modelName.optional() }).nullish();

export const groupModel = z.strictObject({ default_model: choice });
export type GroupModel = z.infer<typeof groupModel>;
export const groupModelParams = z.object({ id });

/** Of a server whose models can be managed. Sizes in bytes. */
export const installedModel = z.object({
  name: z.string(),
  family: z.string().optional(),
  parameter_size: z.string().optional(),
  quantization: z.string().optional(),
  context_length: z.number().optional(),
  capabilities: z.array(z.string()),
  license: z.string().optional(),
});
export type InstalledModel = z.infer<typeof installedModel>;
export const runningModels = z.object({
  items: z.array(
    z.object({ name: z.string(), size: z.number(), size_vram: z.number(), expires_at: timestamp.nullable() }),
  ),
  next_cursor: z.null(),
});
export type RunningModel = z.infer<typeof runningModels>['items'][number];
/** As Ollama takes it: a name from its library, or a path such as `hf.co/owner/name:quantization`. */
const pullable = z
  .string()
  .trim()
  .regex(/^[a-z0-9][\w.-]*(?:\/[a-z0-9][\w.-]*)*(?::[\w.-]+)?$/i, 'A name such as llama3.2 or qwen3:8b.')
  .max(190);
export const pullBody = z.strictObject({ model: pullable });
export const nameQuery = z.object({ name: modelName });

export const pullStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type PullState = (typeof pullStates)[number];
export const pull = z.object({
  id,
  provider: z.string(),
  model: z.string(),
  state: z.enum(pullStates),
  /** What the server says it does. */
  status: z.string(),
  /** Bytes; null where nobody knows yet. */
  completed: z.number().nullable(),
  total: z.number().nullable(),
  error: z.string().nullable(),
  created_at: timestamp,
  finished_at: timestamp.nullable(),
});
export type Pull = z.infer<typeof pull>;
export const pulls = page(pull);
export const pullParams = z.object({ id: z.string().min(1).max(100), pull_id: id });
