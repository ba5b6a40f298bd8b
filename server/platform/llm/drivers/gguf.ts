import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import type {
  EmbedRequest,
  Embeddings,
  FinishReason,
  LlmEvent,
  LlmProvider,
  LlmRequest,
  ModelInfo,
} from '../driver.ts';
import { imagesOf, textOf } from '../messages.ts';
import { looksLikeEmbedding, positive, tokenUsage } from '../protocol.ts';
import { createEngine } from './gguf/engine.ts';
import { loadLibrary, type ChatItem, type Library, type LlamaModel } from './gguf/library.ts';

type Settings = {
  /** Where the files are. */
  directory: string;
  load?: () => Promise<Library>;
};

const NAME = 'GGUF files';
const ENDING = '.gguf';
/** Tokens. The library takes less where the model or the memory has less. */
const MAX_CONTEXT = 8_192;
const MAX_ANSWER = 4_096;
/** A projector for pictures, or a later part of a model in many files: nothing to chat with. */
const notAModel = /^mmproj|-(?!00001-of-)\d{5}-of-\d{5}\.gguf$/i;

const finishReasons: Record<string, FinishReason> = {
  eogToken: 'stop',
  stopGenerationTrigger: 'stop',
  customStopTrigger: 'stop',
  maxTokens: 'length',
};

/** The files of a folder that are models, by name; none where there is no such folder. */
export async function ggufFiles(directory: string): Promise<string[]> {
  const files = await readdir(directory).catch((): string[] => []);
  return files.filter((file) => file.toLowerCase().endsWith(ENDING) && !notAModel.test(file)).toSorted();
}

/**
 * Runs GGUF files in this process with node-llama-cpp, an optional install. One model at a time, text only: tools are
 * left out of account, pictures refused. A schema is held by a grammar.
 */
export function createGgufProvider({ directory, load = () => loadLibrary() }: Settings): LlmProvider {
  const engine = createEngine(load);

  async function fileOf(model: string): Promise<string> {
    const file = `${model}${ENDING}`;
    // Only what the folder lists is opened, whatever a name would lead to.
    if ((await ggufFiles(directory)).includes(file)) return join(directory, file);
    const message = `There is no file “${file}” in the folder of models.`;
    throw new AppError('MODEL_NOT_FOUND', { message, details: { model_name: model } });
  }

  async function describe(library: Library, file: string): Promise<ModelInfo> {
    const name = file.slice(0, -ENDING.length);
    // One that cannot be read is listed all the same: who chooses it hears what is wrong.
    const info = await library.readGgufFileInfo(join(directory, file)).catch(() => undefined);
    const architecture = String(info?.metadata['general']?.['architecture']);
    const context = positive(info?.metadata[architecture]?.['context_length']);
    return {
      name,
      kind: looksLikeEmbedding(name) ? 'embedding' : 'chat',
      ...(context && { context_length: Math.min(context, MAX_CONTEXT) }),
      vision: false,
      tools: false,
    };
  }

  async function generate(
    model: LlamaModel,
    { messages, options, responseFormat }: LlmRequest,
    signal: AbortSignal,
    say: (event: LlmEvent) => void,
  ): Promise<void> {
    const { LlamaChat } = await load();
    const context = await model.createContext({ contextSize: { max: MAX_CONTEXT }, createSignal: signal });
    try {
      const sequence = context.getSequence();
      const chat = new LlamaChat({ contextSequence: sequence });
      const schema = responseFormat?.type === 'json_schema' ? responseFormat.schema : { type: 'object' };
      const { temperature, top_p, max_tokens, stop, seed } = options ?? {};
      const { metadata } = await chat.generateResponse(historyOf(messages), {
        signal,
        maxTokens: max_tokens ?? MAX_ANSWER,
        ...(temperature !== undefined && { temperature }),
        ...(top_p !== undefined && { topP: top_p }),
        ...(seed !== undefined && { seed }),
        ...(stop?.length && { customStopTriggers: stop }),
        ...(responseFormat && { grammar: await (await engine.runtime()).createGrammarForJsonSchema(schema) }),
        onResponseChunk: ({ type, segmentType, text }) => {
          if (text) say({ type: type === 'segment' && segmentType === 'thought' ? 'reasoning' : 'text', text });
        },
      });
      const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter;
      say({ type: 'usage', usage: tokenUsage(usedInputTokens, usedOutputTokens) });
      say({ type: 'finish', reason: finishReasons[metadata.stopReason] ?? 'other' });
    } finally {
      await context.dispose();
    }
  }

  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    signal.throwIfAborted();
    if (request.messages.some((message) => imagesOf(message).length > 0)) {
      throw new AppError('PROVIDER_ERROR', { message: `${NAME} cannot see pictures here. Choose another model.` });
    }
    const path = await fileOf(request.model);
    const leaving = new AbortController();
    const within = AbortSignal.any([signal, leaving.signal]);
    // The library pushes, the reader pulls; the limit of the answer bounds what waits between them.
    const waiting: LlmEvent[] = [];
    const state = { ended: false, more: Promise.withResolvers<void>() };
    const running = engine
      .use(path, within, (model) =>
        generate(model, request, within, (event) => {
          waiting.push(event);
          state.more.resolve();
        }),
      )
      .finally(() => {
        state.ended = true;
        state.more.resolve();
      });
    running.catch(() => undefined);
    try {
      while (!state.ended || waiting.length > 0) {
        if (waiting.length === 0) {
          await state.more.promise;
          state.more = Promise.withResolvers<void>();
        }
        signal.throwIfAborted();
        const event = waiting.shift();
        if (event) yield event;
      }
      await running;
    } catch (error) {
      throw failure(error, signal);
    } finally {
      leaving.abort();
      await running.catch(() => undefined);
    }
  }

  async function embed({ model, input }: EmbedRequest, signal: AbortSignal): Promise<Embeddings> {
    try {
      return await engine.use(await fileOf(model), signal, async (loaded) => {
        const context = await loaded.createEmbeddingContext({
          contextSize: { max: MAX_CONTEXT },
          createSignal: signal,
        });
        try {
          const vectors: number[][] = [];
          for (const text of input) {
            signal.throwIfAborted();
            vectors.push([...(await context.getEmbeddingFor(text)).vector]);
          }
          const read = input.reduce((sum, text) => sum + loaded.tokenize(text).length, 0);
          return { vectors, usage: tokenUsage(read, 0) };
        } finally {
          await context.dispose();
        }
      });
    } catch (error) {
      throw failure(error, signal);
    }
  }

  return {
    id: 'gguf',
    kind: 'gguf',
    name: NAME,
    protocol: null,
    grounded: false,
    async listModels(signal) {
      signal.throwIfAborted();
      const library = await load();
      const models: ModelInfo[] = [];
      for (const file of await ggufFiles(directory)) models.push(await describe(library, file));
      signal.throwIfAborted();
      return models;
    },
    stream,
    embed,
    close: () => engine.close(),
  };
}

function historyOf(messages: LlmRequest['messages']): ChatItem[] {
  return messages.map((message): ChatItem => {
    const text = textOf(message);
    if (message.role === 'system') return { type: 'system', text };
    return message.role === 'assistant' ? { type: 'model', response: [text] } : { type: 'user', text };
  });
}

function failure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof AppError) return error;
  return new AppError('PROVIDER_ERROR', {
    message: 'The model file could not be used. It may be damaged, or need more memory than this machine has.',
    cause: error,
  });
}

/** Model files that this process can run by itself; only where there are some. */
export async function ggufProviders(directory: string): Promise<LlmProvider[]> {
  return (await ggufFiles(directory)).length > 0 ? [createGgufProvider({ directory })] : [];
}
