import type { ModelReason } from '../../../shared/stream.ts';
import { AppError } from '../../lib/errors.ts';
import type { LlmProvider } from '../../platform/llm/driver.ts';
import type { Entry } from './registry.ts';
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
};

export type Wish = { requested?: string | undefined; conversation?: string | undefined };
export type InstanceDefault = { provider: string | undefined; model: string | undefined };

type Found = { entry: Entry; name: string };

/** What is taken of each kind when nobody chose, as far as it is there. */
const preferredNames: Partial<Record<LlmProvider['kind'], string>> = {
  ollama: 'llama3.2',
  lmstudio: 'gemma-4-e4b-it',
  openai: 'gpt-4o',
  'openai-compatible': 'gpt-4o',
  anthropic: 'claude-sonnet-4-6',
};

const chatNames = (entry: Entry): string[] =>
  entry.models.filter(({ kind }) => kind === 'chat').map(({ name }) => name);

export const modelId = (entry: Entry, name: string): string => `${entry.provider.id}/${name}`;

/** The listed name that is meant: exact, Ollama's `:latest`, or an alias of a dated version (`name-20250929`). */
function listedName(entry: Entry, name: string): string | undefined {
  const names = chatNames(entry);
  if (names.includes(name)) return name;
  if (names.includes(`${name}:latest`)) return `${name}:latest`;
  return names.find((listed) => listed.startsWith(`${name}-`) && /^\d{8}$/.test(listed.slice(name.length + 1)));
}

/** The model that a name means: with its provider, or bare and then of the first provider that lists it. */
function find(entries: readonly Entry[], id: string): Found | undefined {
  const slash = id.indexOf('/');
  const owner = slash > 0 ? entries.find(({ provider }) => provider.id === id.slice(0, slash)) : undefined;
  if (owner) {
    const name = id.slice(slash + 1);
    const listed = listedName(owner, name);
    if (listed) return { entry: owner, name: listed };
    // Nothing is known of what it has: the call itself will tell.
    if (owner.models.length === 0 && !owner.healthy && name !== '') return { entry: owner, name };
  }
  for (const entry of [...entries.filter(({ healthy }) => healthy), ...entries.filter(({ healthy }) => !healthy)]) {
    const listed = listedName(entry, id);
    if (listed) return { entry, name: listed };
  }
  return undefined;
}

function preferred(entry: Entry): Found | undefined {
  const names = chatNames(entry);
  const wanted = preferredNames[entry.provider.kind];
  // LM Studio and aggregators put the publisher before the name.
  const name = wanted && (listedName(entry, wanted) ?? names.find((listed) => listed.endsWith(`/${wanted}`)));
  const chosen = name ?? names[0];
  return chosen === undefined ? undefined : { entry, name: chosen };
}

/** The instance's default, unless its provider is known to be away: then the next rule has its turn. */
function findDefault(entries: readonly Entry[], { provider, model }: InstanceDefault): Found | undefined {
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

/**
 * Which model answers: the one asked for, the conversation's, the instance's default, the first healthy provider's, in
 * this order. What was asked for and is not there is an error; every other rule that gives nothing passes on to the next.
 */
export function selectModel(entries: readonly Entry[], wish: Wish, instanceDefault: InstanceDefault): ResolvedModel {
  const { requested, conversation } = wish;
  if (requested !== undefined) {
    const found = find(entries, requested);
    if (!found) throw unknownModel(entries, requested);
    return resolved(found, 'requested');
  }
  const kept = conversation === undefined ? undefined : find(entries, conversation);
  if (kept) return resolved(kept, 'conversation');
  const byDefault = findDefault(entries, instanceDefault);
  if (byDefault) return resolved(byDefault, 'default');
  for (const entry of entries) {
    const first = entry.healthy ? preferred(entry) : undefined;
    if (first) return resolved(first, 'first_healthy');
  }
  throw new AppError('PROVIDER_UNREACHABLE', { message: 'No model can answer at the moment. Try again in a minute.' });
}

function resolved({ entry, name }: Found, reason: ModelReason): ResolvedModel {
  const contextLength = entry.models.find((model) => model.name === name)?.context_length;
  return {
    id: modelId(entry, name),
    model: name,
    provider: entry.provider,
    reason,
    ...(contextLength && { contextLength }),
  };
}

function unknownModel(entries: readonly Entry[], requested: string): AppError {
  const ids = entries.flatMap((entry) => chatNames(entry).map((name) => modelId(entry, name)));
  const suggestion = suggestModels(requested, ids);
  return new AppError('MODEL_NOT_FOUND', {
    message: `There is no model “${requested.slice(0, 100)}” here.`,
    details: { model_name: requested, ...(suggestion && { suggestion }) },
  });
}
