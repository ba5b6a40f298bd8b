import type { ChatOptions } from '../../../shared/api/chat.ts';
import type { ProviderKind } from '../../../shared/api/models.ts';
import type { Passage, TokenUsage } from '../../../shared/api/passages.ts';
import type { finishReasons } from '../../../shared/stream.ts';
import type { ReasoningEffort } from '../../../shared/reasoning.ts';

export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';

/** What a person shows a model. `data` is base64 without a prefix. */
export type LlmPart = { type: 'text'; text: string } | { type: 'image'; mediaType: ImageType; data: string };

/** `arguments` is JSON as the model wrote it: nobody has checked that it parses. */
export type ToolCall = { id: string; name: string; arguments: string };

/** What a model thought before it wrote. Anthropic wants it back, signature and all, beside the results of its tool calls. */
export type Reasoning = { text: string; signature?: string };

export type LlmMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | readonly LlmPart[] }
  | { role: 'assistant'; content: string; toolCalls?: readonly ToolCall[]; reasoning?: Reasoning }
  /** The result of one tool call. `name` is the tool's, for protocols without ids; without it, the call says it. */
  | { role: 'tool'; toolCallId: string; name?: string; content: string; isError?: boolean };

export type JsonSchema = Readonly<Record<string, unknown>>;

/** `parameters` is the JSON Schema of an object. `strict`: arguments must fit it exactly, where the provider can hold it to that. */
export type ToolDefinition = { name: string; description?: string; parameters: JsonSchema; strict?: boolean };

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** `json`: some JSON object. `json_schema`: one that fits, where the provider can hold its model to it. */
export type ResponseFormat =
  { type: 'json' } | { type: 'json_schema'; name: string; schema: JsonSchema; strict?: boolean };

export type { ReasoningEffort };

export type LlmRequest = {
  /** As the provider calls it, without our prefix. */
  model: string;
  /** System messages first; the newest user message, or the results of its tool calls, last. */
  messages: readonly LlmMessage[];
  options?: ChatOptions;
  /** The passages that were found for the question, numbered from 1 as in the prompt. Only the Librarian reads them here. */
  passages?: readonly Passage[];
  tools?: readonly ToolDefinition[];
  /** `auto` where there are tools. Ollama can only be told to leave tools alone; the rest is a wish there. */
  toolChoice?: ToolChoice;
  /** False: one call a turn, where the provider can be told so. */
  parallelToolCalls?: boolean;
  responseFormat?: ResponseFormat;
  reasoningEffort?: ReasoningEffort;
};

export type FinishReason = (typeof finishReasons)[number];

/** What a provider says while it answers, in order. `finish` comes once and last; `usage` at most once, before it. */
export type LlmEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** After the reasoning it signs; opaque. */
  | { type: 'reasoning_signature'; signature: string }
  /** A call begins. `index` counts the calls of this answer from 0, and each has an id, also where the provider gives none. */
  | { type: 'tool_call'; index: number; id: string; name: string }
  /** A piece of the arguments of the call with this index. Parallel calls may mix theirs. */
  | { type: 'tool_arguments'; index: number; text: string }
  /** The sources that this answer really quotes; only from a provider whose models choose their own (`grounded`). */
  | { type: 'sources'; items: Passage[] }
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'finish'; reason: FinishReason };

export type Tell = (event: LlmEvent) => void;

/**
 * An answer that is being written. Whoever iterates takes it at their own pace; whoever only listens is told each event the moment it
 * is there, where the stream can, with no promise between.
 */
export type LlmStream = AsyncIterable<LlmEvent> & {
  /** Tells what was not taken yet. Resolves at the end, rejects with what the iteration would throw. */
  tell?(to: Tell): Promise<void>;
};

export type ModelInfo = {
  /** As the provider calls it. */
  name: string;
  kind: 'chat' | 'embedding';
  /** Tokens. */
  context_length?: number;
  /** Absent: nobody knows. */
  vision?: boolean;
  tools?: boolean;
  reasoning?: boolean;
};

export type EmbedRequest = { model: string; input: readonly string[]; dimensions?: number };
/** One vector for each input, in their order. */
export type Embeddings = { vectors: number[][]; usage: TokenUsage | null };

/** Documents to be judged by how much they answer a query. */
export type RerankRequest = { model: string; query: string; documents: readonly string[] };

export const transcriptFormats = ['json', 'text', 'srt', 'verbose_json', 'vtt'] as const;
export type TranscribeRequest = {
  model: string;
  file: { bytes: Uint8Array; filename: string; type: string };
  /** ISO 639-1. */
  language?: string;
  prompt?: string;
  temperature?: number;
  /** `json` without a word. */
  format?: (typeof transcriptFormats)[number];
};
/** `text`: what was said, for the JSON formats; else the same as `body`, which is what the server wrote in the format asked for. */
export type Transcript = { text: string; body: string; contentType: string };

/** A request in the provider's own protocol that passes through as it is. */
export type ForwardCall = {
  /** Below the API's root: `/chat/completions`, `/v1/messages`, `/api/chat`. */
  path: string;
  /** The final bytes. */
  body: Buffer;
  /** `application/json` without a word. */
  contentType?: string;
  /** Further headers, chosen by the caller from a list of its own; the key and the version come from the provider. */
  headers?: Readonly<Record<string, string>>;
  /** The model that a refusal may be about; unused where errors are passed on as they are. */
  model?: string;
};

/** What the server answered, whatever its status. Exactly one of `body` and `bytes` is read. */
export type ForwardAnswer = {
  status: number;
  /** Lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As they come. Leaving the iteration, or an abort, closes the connection. Errors are those of the port. */
  body: AsyncIterable<Uint8Array>;
  /** The whole body with the least work, 32 MiB at most without a word. */
  bytes(maxBytes?: number): Promise<Buffer>;
};

/** Of a pull. Bytes of the layer that is being loaded. */
export type PullProgress = { status: string; completed?: number; total?: number };
/** `size` and `size_vram` in bytes; `expires_at` in ms. */
export type RunningModel = { name: string; size: number; size_vram: number; expires_at?: number };
/** `size` in bytes. */
export type InstalledModel = {
  name: string;
  family?: string;
  parameter_size?: string;
  quantization?: string;
  context_length?: number;
  capabilities: string[];
  license?: string;
};

/** What a server lets one do with the models on its disk. */
export type ModelManagement = {
  /** Ends when the model is there. Leaving the iteration, or an abort, ends the download; what was loaded is kept. */
  pull(model: string, signal: AbortSignal): AsyncIterable<PullProgress>;
  /** MODEL_NOT_FOUND where there is none. */
  remove(model: string, signal: AbortSignal): Promise<void>;
  show(model: string, signal: AbortSignal): Promise<InstalledModel>;
  running(signal: AbortSignal): Promise<RunningModel[]>;
};

export type LlmProtocol = 'openai' | 'anthropic' | 'ollama';

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
  /** What its server speaks, and `forward` takes; null where nothing goes over a wire. */
  readonly protocol: LlmProtocol | null;
  /** Answers are made from `passages` alone and name their own sources. */
  readonly grounded: boolean;
  /** Whether a model goes on with an assistant's message that stands last. Absent: none does. */
  continues?(model: string): boolean;
  listModels(signal: AbortSignal): Promise<ModelInfo[]>;
  stream(request: LlmRequest, signal: AbortSignal): LlmStream;
  embed?(request: EmbedRequest, signal: AbortSignal): Promise<Embeddings>;
  /** A score for each document in their order, higher is better; of no fixed scale. */
  rerank?(request: RerankRequest, signal: AbortSignal): Promise<number[]>;
  transcribe?(request: TranscribeRequest, signal: AbortSignal): Promise<Transcript>;
  /** Throws only where no answer came: the errors of the port, without MODEL_NOT_FOUND. */
  forward?(call: ForwardCall, signal: AbortSignal): Promise<ForwardAnswer>;
  readonly manage?: ModelManagement;
  close(): Promise<void>;
}
