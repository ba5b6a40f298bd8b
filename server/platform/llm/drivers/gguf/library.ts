import { AppError } from '../../../../lib/errors.ts';

/** What is used of node-llama-cpp, which is installed only where somebody wants it. */
export type Llama = {
  loadModel(options: { modelPath: string; loadSignal?: AbortSignal }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: unknown): Promise<object>;
  dispose(): Promise<void>;
};
export type LlamaModel = {
  createContext(options: { contextSize: { max: number }; createSignal?: AbortSignal }): Promise<LlamaContext>;
  createEmbeddingContext(options: { contextSize: { max: number }; createSignal?: AbortSignal }): Promise<{
    getEmbeddingFor(text: string): Promise<{ vector: readonly number[] }>;
    dispose(): Promise<void>;
  }>;
  tokenize(text: string): readonly unknown[];
  dispose(): Promise<void>;
};
type LlamaContext = { getSequence(): LlamaSequence; dispose(): Promise<void> };
export type LlamaSequence = { readonly tokenMeter: { usedInputTokens: number; usedOutputTokens: number } };
export type ChatItem =
  { type: 'system'; text: string } | { type: 'user'; text: string } | { type: 'model'; response: string[] };
export type LlamaChat = {
  generateResponse(
    history: readonly ChatItem[],
    options: {
      signal: AbortSignal;
      onResponseChunk(chunk: { type?: string; segmentType?: string; text: string }): void;
      maxTokens: number;
      temperature?: number;
      topP?: number;
      seed?: number;
      customStopTriggers?: readonly string[];
      grammar?: object;
    },
  ): Promise<{ metadata: { stopReason: string } }>;
  dispose(): void;
};
export type Library = {
  getLlama(options: Record<string, unknown>): Promise<Llama>;
  LlamaChat: new (options: { contextSequence: LlamaSequence }) => LlamaChat;
  readGgufFileInfo(path: string): Promise<{ metadata: Record<string, Record<string, unknown> | undefined> }>;
};

const PACKAGE = 'node-llama-cpp';

/** The package, from where Carrel is installed. PROVIDER_UNREACHABLE, with what to do, where it is not there. */
export async function loadLibrary(specifier: string = PACKAGE): Promise<Library> {
  try {
    return (await import(specifier)) as Library;
  } catch (cause) {
    throw new AppError('PROVIDER_UNREACHABLE', {
      message: `GGUF files need ${PACKAGE}, which is not installed. Run “npm install --no-save ${PACKAGE}” in Carrel's folder and start Carrel again.`,
      cause,
    });
  }
}
