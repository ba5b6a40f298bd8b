import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { workerData } from 'node:worker_threads';
import { answerRequests } from '../../../../lib/thread.ts';
import type { ModelFolder } from './folders.ts';

export type EmbedTask = { model: ModelFolder; input: readonly string[] };
export type Embedded = { vectors: number[][] };
/** `library`: where the package is. */
export type EmbedderData = { library: string; directory: string };

type Extractor = {
  (input: readonly string[], options: object): Promise<{ tolist(): number[][] }>;
  dispose(): Promise<void>;
};
/** What is used of @huggingface/transformers, which is installed only where somebody wants it. */
type Library = {
  env: Record<string, unknown>;
  pipeline(task: 'feature-extraction', model: string, options: object): Promise<Extractor>;
};

const { library, directory } = workerData as EmbedderData;
let loaded: { name: string; extractor: Extractor } | undefined;

async function extractorOf({ name, dtype }: ModelFolder): Promise<Extractor> {
  if (loaded?.name === name) return loaded.extractor;
  await loaded?.extractor.dispose();
  loaded = undefined;
  const { env, pipeline } = (await import(pathToFileURL(library).href)) as Library;
  // Files of the folder alone: a server that runs fetches nothing.
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: directory,
    useFSCache: false,
  });
  const session_options = { intraOpNumThreads: Math.max(1, availableParallelism() - 1) };
  const extractor = await pipeline('feature-extraction', name, {
    dtype,
    device: 'cpu',
    local_files_only: true,
    session_options,
  });
  loaded = { name, extractor };
  return extractor;
}

answerRequests(async ({ model, input }: EmbedTask): Promise<Embedded> => {
  const extract = await extractorOf(model);
  return { vectors: (await extract(input, { pooling: model.pooling, normalize: true })).tolist() };
});
