import { createRequire } from 'node:module';
import { join } from 'node:path';
import { minutes } from '../../../lib/clock.ts';
import { AppError } from '../../../lib/errors.ts';
import { root } from '../../../lib/root.ts';
import { createThread, type Thread } from '../../../lib/thread.ts';
import type { LlmProvider, ModelInfo } from '../driver.ts';
import { modelFolders, type ModelFolder } from './transformers/folders.ts';
import type { Embedded, EmbedderData, EmbedTask } from './transformers/worker.ts';

type Settings = {
  /** Where the folders are. */
  directory: string;
  /** Where the package is, if it is not among Carrel's own. */
  library?: string | undefined;
};

const NAME = 'transformers.js';
const PACKAGE = '@huggingface/transformers';
/** A model that nobody asked for so long gives its memory back. */
const IDLE_MS = minutes(10);

/** The package's file. PROVIDER_UNREACHABLE, with what to do, where it is not there. */
export function findLibrary(specifier: string = PACKAGE): string {
  try {
    return createRequire(join(root, 'package.json')).resolve(specifier);
  } catch (cause) {
    throw new AppError('PROVIDER_UNREACHABLE', {
      message: `Models of this folder need ${PACKAGE}, which is not installed. Run “npm install --no-save ${PACKAGE}” in Carrel's folder and start Carrel again.`,
      cause,
    });
  }
}

/**
 * Makes vectors with ONNX models in a thread of its own, by transformers.js, an optional install. One model at a time, from
 * files that are there. It makes vectors and nothing else.
 */
export function createTransformersProvider({ directory, library }: Settings): LlmProvider {
  let thread: Thread<EmbedTask, Embedded> | undefined;

  const running = (): Thread<EmbedTask, Embedded> =>
    (thread ??= createThread(new URL('./transformers/worker.ts', import.meta.url), {
      name: 'making vectors',
      workerData: { library: findLibrary(library), directory } satisfies EmbedderData,
      idleMs: IDLE_MS,
    }));

  async function folderOf(model: string): Promise<ModelFolder> {
    // Only what the folder lists is opened, whatever a name would lead to.
    const folder = (await modelFolders(directory)).find(({ name }) => name === model);
    if (folder) return folder;
    const message = `There is no model “${model}” in the folder of models.`;
    throw new AppError('MODEL_NOT_FOUND', { message, details: { model_name: model } });
  }

  return {
    id: 'transformers',
    kind: 'transformers',
    name: NAME,
    protocol: null,
    grounded: false,
    async listModels(signal) {
      findLibrary(library);
      const folders = await modelFolders(directory);
      signal.throwIfAborted();
      return folders.map(({ name, context }): ModelInfo => ({
        name,
        kind: 'embedding',
        ...(context !== undefined && { context_length: context }),
        vision: false,
        tools: false,
      }));
    },
    // oxlint-disable-next-line require-yield -- it says nothing
    async *stream() {
      await Promise.reject(
        new AppError('PROVIDER_ERROR', { message: `${NAME} makes vectors and does not chat. Choose another model.` }),
      );
    },
    async embed({ model, input }, signal) {
      signal.throwIfAborted();
      const folder = await folderOf(model);
      try {
        const { vectors } = await running().ask({ model: folder, input: [...input] });
        signal.throwIfAborted();
        return { vectors, usage: null };
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        if (cause instanceof AppError) throw cause;
        throw new AppError('PROVIDER_ERROR', {
          message:
            'The model could not be used. Its files may be damaged or not all there, or need more memory than this machine has.',
          cause,
        });
      }
    },
    close: async () => thread?.close(),
  };
}

/** Models that make vectors in this process; only where there are some. */
export async function transformersProviders(directory: string): Promise<LlmProvider[]> {
  return (await modelFolders(directory)).length > 0 ? [createTransformersProvider({ directory })] : [];
}
