import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a folder's files say of its model. `dtype`: of the weights that are there, in the library's words. */
export type ModelFolder = { name: string; dtype: string; pooling: 'cls' | 'mean'; context: number | undefined };

/** The whole weights first. */
const weights = [
  ['model.onnx', 'fp32'],
  ['model_fp16.onnx', 'fp16'],
  ['model_quantized.onnx', 'q8'],
] as const;

const names = (path: string): Promise<string[]> => readdir(path).catch((): string[] => []);

async function json(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function folderAt(directory: string, name: string): Promise<ModelFolder | undefined> {
  const path = join(directory, name);
  if (!(await names(path)).includes('config.json')) return undefined;
  const there = await names(join(path, 'onnx'));
  const [, dtype] = weights.find(([file]) => there.includes(file)) ?? [];
  if (!dtype) return undefined;
  const [config, pooling] = [await json(join(path, 'config.json')), await json(join(path, '1_Pooling', 'config.json'))];
  const context = config['max_position_embeddings'];
  return {
    name,
    dtype,
    pooling: pooling['pooling_mode_cls_token'] === true ? 'cls' : 'mean',
    context: typeof context === 'number' ? context : undefined,
  };
}

/** Models as Hugging Face lays them out, `name` or `owner/name`, by name; none where there is no such folder. */
export async function modelFolders(directory: string): Promise<ModelFolder[]> {
  const found: ModelFolder[] = [];
  for (const name of await names(directory)) {
    const own = await folderAt(directory, name);
    if (own) found.push(own);
    else
      for (const inner of await names(join(directory, name))) {
        const folder = await folderAt(directory, `${name}/${inner}`);
        if (folder) found.push(folder);
      }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
