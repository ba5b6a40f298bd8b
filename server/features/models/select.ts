import { builtInKinds } from '../../../shared/provider-kinds.ts';
import type { ModelReason } from '../../../shared/stream.ts';
import { AppError } from '../../lib/errors.ts';
import type { LlmProvider, ModelInfo } from '../../platform/llm/driver.ts';
import { isOffered, type Entry } from './entry.ts';
import type { Rules } from './stored.ts';
import { suggestModels } from './suggest.ts';

export type ResolvedModel = {
  /** `provider/model`, splitting at its first slash. */
  id: string;
  /** As the provider calls it. */
  model: string;
  provider: LlmProvider;
  reason: ModelReason;
  /** Tokens, where the provider says. */
  contextLength?: number;
  /** Absent: nobody knows. */
  tools?: boolean;
  vision?: boolean;
  reasoning?: boolean;
  /** Who may answer instead, if it fails before its first word, in this order. Looked up when it is asked for. */
  alternatives(): readonly ResolvedModel[];
};

/**
 * `any`: also a model that is listed as something else than what it is used for. `speech`: also one that is not listed,
 * where the provider can write down what is said: listings are of what takes part in a chat. `rerank`: the same, for one that
 * puts documents in order.
 */
export type WantedKind = ModelInfo['kind'] | 'any' | 'speech' | 'rerank';
export type Wish = { requested?: string | undefined; conversation?: string | undefined; kind?: WantedKind };
export type Choice = { provider?: string | null | undefined; model: string | null | undefined };
/** What is chosen where nobody asks for a model: the person's, the group's, the instance's own choice. */
export type Defaults = { user?: Choice; group?: Choice; instance: Choice; fallbackModel: string | null };

type Found = { entry: Entry; name: string };

/** What is taken of each kind when nobody chose, as far as it is there. */
const preferredNames: Partial<Record<LlmProvider['kind'], string>> = {
  ollama: 'llama3.2',
  lmstudio: 'gemma-4-e4b-it',
  openai: 'gpt-4o',
  'openai-compatible': 'gpt-4o',
  anthropic: 'claude-sonnet-4-6',
};

const isOf = (kind: WantedKind, model: ModelInfo): boolean =>
  kind === 'any' || kind === 'speech' || kind === 'rerank' || model.kind === kind;

const namesOf = (entry: Entry, kind: WantedKind): string[] =>
  entry.models.filter((model) => isOf(kind, model)).map(({ name }) => name);

export const modelId = (entry: Entry, name: string): string => `${entry.provider.id}/${name}`;

/** The first model that writes down speech. Listings of what takes part in a chat name them rarely, and OpenAI's never. */
export function speechModelIn(entries: readonly Entry[]): string | undefined {
  for (const entry of entries) {
    if (!entry.provider.transcribe) continue;
    const listed = entry.models.find(({ name }) => /whisper|transcri/i.test(name))?.name;
    const name =
      listed ?? (entry.provider.kind === 'openai' && isOffered(entry, 'whisper-1') ? 'whisper-1' : undefined);
    if (name) return modelId(entry, name);
  }
  return undefined;
}

/** The price of a model by its whole id. */
export function priceIn(entries: readonly Entry[], id: string): Rules['prices'][string] | undefined {
  const slash = id.indexOf('/');
  const owner = entries.find(({ provider }) => provider.id === id.slice(0, slash));
  return owner?.rules.prices[id.slice(slash + 1)];
}

/** The listed name that is meant: exact, Ollama's `:latest`, or an alias of a dated version (`name-20250929`). */
function listedName(entry: Entry, name: string, kind: WantedKind): string | undefined {
  const lists = (wanted: string): boolean => entry.models.some((model) => model.name === wanted && isOf(kind, model));
  if (lists(name)) return name;
  if (lists(`${name}:latest`)) return `${name}:latest`;
  return namesOf(entry, kind).find(
    (listed) => listed.startsWith(`${name}-`) && /^\d{8}$/.test(listed.slice(name.length + 1)),
  );
}

/** The model that a name means: with its provider, or bare and then of the first provider that lists it. */
function find(entries: readonly Entry[], id: string, kind: WantedKind = 'chat'): Found | undefined {
  const slash = id.indexOf('/');
  const owner = slash > 0 ? entries.find(({ provider }) => provider.id === id.slice(0, slash)) : undefined;
  if (owner) {
    const name = id.slice(slash + 1);
    const listed = listedName(owner, name, kind);
    if (listed) return { entry: owner, name: listed };
    // Nothing is known of what it has: the call itself will tell.
    const unknown = owner.listed.length === 0 && !owner.healthy;
    const { transcribe, rerank } = owner.provider;
    const unlisted = (kind === 'speech' && transcribe !== undefined) || (kind === 'rerank' && rerank !== undefined);
    if ((unknown || unlisted) && name !== '' && isOffered(owner, name)) return { entry: owner, name };
  }
  for (const entry of [...entries.filter(({ healthy }) => healthy), ...entries.filter(({ healthy }) => !healthy)]) {
    const listed = listedName(entry, id, kind);
    if (listed) return { entry, name: listed };
  }
  return undefined;
}

/** What one takes of a provider's chat models when nobody chose. */
export function preferred(entry: Entry): Found | undefined {
  const names = namesOf(entry, 'chat');
  const wanted = preferredNames[entry.provider.kind];
  // LM Studio and aggregators put the publisher before the name.
  const name = wanted && (listedName(entry, wanted, 'chat') ?? names.find((listed) => listed.endsWith(`/${wanted}`)));
  const chosen = name ?? names[0];
  return chosen === undefined ? undefined : { entry, name: chosen };
}

/** What somebody chose beforehand, unless its provider is known to be away: then the next rule has its turn. */
function findChoice(entries: readonly Entry[], { provider, model }: Choice): Found | undefined {
  let found: Found | undefined;
  if (model) {
    const id = provider && !model.startsWith(`${provider}/`) ? `${provider}/${model}` : model;
    found = find(entries, id);
  } else if (provider) {
    const entry = entries.find((candidate) => candidate.provider.id === provider);
    found = entry && preferred(entry);
  }
  return found?.entry.healthy === false ? undefined : found;
}

/** Whether the conversation's model is there, so that nobody's default is needed. */
export const hasModel = (entries: readonly Entry[], id: string): boolean => find(entries, id) !== undefined;

/**
 * Which model answers: the one asked for, the conversation's, the person's default, their group's, the instance's, the
 * first healthy provider's, in this order. What was asked for and is not there is an error; every other rule that gives
 * nothing passes on to the next.
 */
export function selectModel(entries: readonly Entry[], wish: Wish, defaults: Defaults): ResolvedModel {
  const { requested, conversation, kind = 'chat' } = wish;
  const resolved = (found: Found, reason: ModelReason) => resolve(entries, found, reason, defaults.fallbackModel);
  if (requested !== undefined) {
    const found = find(entries, requested, kind);
    if (!found) throw unknownModel(entries, requested, kind);
    return resolved(found, 'requested');
  }
  const kept = conversation === undefined ? undefined : find(entries, conversation);
  if (kept) return resolved(kept, 'conversation');
  const { user, group, instance } = defaults;
  const rules = [
    [user, 'user_default'],
    [group, 'group_default'],
    [instance, 'default'],
  ] as const;
  for (const [choice, reason] of rules) {
    const found = choice && findChoice(entries, choice);
    if (found) return resolved(found, reason);
  }
  for (const entry of entries) {
    const first = entry.healthy && entry.breaker.state() !== 'open' ? preferred(entry) : undefined;
    if (first) return resolved(first, 'first_healthy');
  }
  throw new AppError('PROVIDER_UNREACHABLE', { message: 'No model can answer at the moment. Try again in a minute.' });
}

function resolve(
  entries: readonly Entry[],
  { entry, name }: Found,
  reason: ModelReason,
  fallbackModel: string | null,
): ResolvedModel {
  const listed = entry.models.find((model) => model.name === name);
  return {
    id: modelId(entry, name),
    model: name,
    provider: entry.provider,
    reason,
    ...(listed?.context_length && { contextLength: listed.context_length }),
    ...(listed?.tools !== undefined && { tools: listed.tools }),
    ...(listed?.vision !== undefined && { vision: listed.vision }),
    ...(listed?.reasoning !== undefined && { reasoning: listed.reasoning }),
    alternatives: () =>
      alternatives(entries, { entry, name }, listed?.kind ?? 'chat', fallbackModel).map((found) =>
        resolve(entries, found, 'fallback', null),
      ),
  };
}

const runsHere: ReadonlySet<string> = new Set(['ollama', 'lmstudio', ...builtInKinds]);

/**
 * Others that have the same model, then the instance's fallback. By itself, nothing goes from a server of one's own to
 * somebody else's: who asks a local model may do so for a reason. The fallback is the admin's choice, and may.
 */
function alternatives(
  entries: readonly Entry[],
  asked: Found,
  kind: ModelInfo['kind'],
  fallbackModel: string | null,
): Found[] {
  const others = entries.filter(
    ({ provider, healthy }) =>
      provider !== asked.entry.provider &&
      healthy !== false &&
      (runsHere.has(provider.kind) || !runsHere.has(asked.entry.provider.kind)),
  );
  const same = others.flatMap((entry) => {
    const name = listedName(entry, asked.name, kind);
    return name ? [{ entry, name }] : [];
  });
  const fallback =
    fallbackModel === null || kind !== 'chat' ? undefined : findChoice(entries, { model: fallbackModel });
  const isNew =
    fallback && ![asked, ...same].some(({ entry, name }) => entry === fallback.entry && name === fallback.name);
  return isNew ? [...same, fallback] : same;
}

function unknownModel(entries: readonly Entry[], requested: string, kind: WantedKind): AppError {
  const ids = entries.flatMap((entry) => namesOf(entry, kind).map((name) => modelId(entry, name)));
  const suggestion = suggestModels(requested, ids);
  return new AppError('MODEL_NOT_FOUND', {
    message: `There is no model “${requested.slice(0, 100)}” here.`,
    details: { model_name: requested, ...(suggestion && { suggestion }) },
  });
}
