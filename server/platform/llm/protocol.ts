import type { TokenUsage } from '../../../shared/api/passages.ts';

/** The path of an OpenAI base URL, which includes `/v1` or what stands in its place; a bare address means `/v1`. */
export const openAiPath = (baseUrl: string): string => trimmedPath(baseUrl) || '/v1';

/** The path of a server's root, also where the address of its API (`…/v1`, `…/api`) was given. */
export const rootPath = (baseUrl: string): string => trimmedPath(baseUrl).replace(/\/(?:v1|api)$/, '');

const trimmedPath = (baseUrl: string): string => new URL(baseUrl).pathname.replace(/\/+$/, '');

const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.round(value) : 0);

/** Figures as a server gave them, with what it left out. */
export function tokenUsage(prompt: unknown, completion: unknown, total?: unknown): TokenUsage {
  const prompt_tokens = count(prompt);
  const completion_tokens = count(completion);
  return { prompt_tokens, completion_tokens, total_tokens: count(total) || prompt_tokens + completion_tokens };
}

export const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? Math.round(value) : undefined;

/** A guess from the name, for servers that do not say what a model is for. */
export const looksLikeEmbedding = (name: string): boolean => /embed|(?:^|[/-])(?:bge|gte|e5)-|minilm/i.test(name);
