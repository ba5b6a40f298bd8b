import type { TokenUsage } from '../../../shared/api/passages.ts';

/** The path of an OpenAI base URL, which includes `/v1` or what stands in its place; a bare address means `/v1`. */
export const openAiPath = (baseUrl: string): string => trimmedPath(baseUrl) || '/v1';

/** The path of a server's root, also where the address of its API (`…/v1`, `…/api`) was given. */
export const rootPath = (baseUrl: string): string => trimmedPath(baseUrl).replace(/\/(?:v1|api)$/, '');

const trimmedPath = (baseUrl: string): string => new URL(baseUrl).pathname.replace(/\/+$/, '');

const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.round(value) : 0);

/** Figures as a server gave them, with what it left out. `cached` is part of the prompt, `reasoning` of the completion. */
export function tokenUsage(
  prompt: unknown,
  completion: unknown,
  { total, cached, reasoning }: { total?: unknown; cached?: unknown; reasoning?: unknown } = {},
): TokenUsage {
  const prompt_tokens = count(prompt);
  const completion_tokens = count(completion);
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: count(total) || prompt_tokens + completion_tokens,
    ...(count(cached) > 0 && { cached_tokens: count(cached) }),
    ...(count(reasoning) > 0 && { reasoning_tokens: count(reasoning) }),
  };
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The vectors of an embedding answer, if there are as many as were asked for and each is one. */
export const vectorsOf = (value: readonly unknown[], wanted: number): number[][] | undefined =>
  value.length === wanted && value.every((one) => Array.isArray(one) && one.length > 0 && typeof one[0] === 'number')
    ? (value as number[][])
    : undefined;

export const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? Math.round(value) : undefined;

/** A guess from the name, for servers that do not say what a model is for. */
export const looksLikeEmbedding = (name: string): boolean => /embed|(?:^|[/-])(?:bge|gte|e5)-|minilm/i.test(name);
