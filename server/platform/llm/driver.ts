import type { ChatOptions } from '../../../shared/api/chat.ts';
import type { ProviderKind } from '../../../shared/api/models.ts';
import type { Passage, TokenUsage } from '../../../shared/api/passages.ts';
import type { finishReasons } from '../../../shared/stream.ts';

export type LlmMessage = { role: 'system' | 'user' | 'assistant'; content: string };

export type LlmRequest = {
  /** As the provider calls it, without our prefix. */
  model: string;
  /** At most one system message, first; the newest user message last. */
  messages: readonly LlmMessage[];
  options?: ChatOptions;
  /** The passages that were found for the question, numbered from 1 as in the prompt. Only the Librarian reads them here. */
  passages?: readonly Passage[];
};

export type FinishReason = (typeof finishReasons)[number];

/** What a provider says while it answers, in order. `finish` comes once and last; `usage` at most once, before it. */
export type LlmEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** The sources that this answer really quotes; only from a provider whose models choose their own (`grounded`). */
  | { type: 'sources'; items: Passage[] }
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'finish'; reason: FinishReason };

export type ModelInfo = {
  /** As the provider calls it. */
  name: string;
  kind: 'chat' | 'embedding';
  /** Tokens. */
  context_length?: number;
  vision?: boolean;
  tools?: boolean;
};

/**
 * A connection to one model server. Drivers hold no state beside their connection pool.
 *
 * Errors are AppError: PROVIDER_UNREACHABLE (no connection, or it was reset), PROVIDER_TIMEOUT (no first byte, or silence
 * between two, within the limit), PROVIDER_ERROR (the server said no, or talked nonsense; its sentence goes to `detail`
 * with keys taken out), MODEL_NOT_FOUND. An aborted signal ends the iteration by throwing the signal's reason and closes
 * the connection, so that the server stops working. What was yielded before an error stands.
 */
export interface LlmProvider {
  /** A slug: lower-case letters, digits, dashes. */
  readonly id: string;
  readonly kind: ProviderKind;
  readonly name: string;
  /** Answers are made from `passages` alone and name their own sources. */
  readonly grounded: boolean;
  listModels(signal: AbortSignal): Promise<ModelInfo[]>;
  stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmEvent>;
  close(): Promise<void>;
}
