import type { InstalledModel, ModelInfo, ModelManagement, PullProgress, RunningModel } from '../driver.ts';
import { AppError } from '../../../lib/errors.ts';
import { nonsense, refused } from '../errors.ts';
import { messagesIn } from '../framing.ts';
import type { ProviderHttp } from '../http.ts';
import { lineFraming } from '../ndjson.ts';
import { isText, looksLikeEmbedding, positive } from '../protocol.ts';
import { parseEvent } from '../sse.ts';

/** What `/api/show` tells. */
export type Shown = {
  capabilities?: unknown;
  model_info?: Record<string, unknown>;
  details?: Record<string, unknown>;
  license?: unknown;
};

const contextOf = (info: Record<string, unknown> = {}): number | undefined =>
  positive(Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1]);

export function describe(name: string, shown: Shown | undefined): ModelInfo {
  const can = Array.isArray(shown?.capabilities) ? (shown.capabilities as unknown[]) : undefined;
  const embedding = can ? can.includes('embedding') && !can.includes('completion') : looksLikeEmbedding(name);
  const context = contextOf(shown?.model_info);
  return {
    name,
    kind: embedding ? 'embedding' : 'chat',
    ...(context && { context_length: context }),
    ...(can?.includes('vision') && { vision: true }),
    ...(can?.includes('tools') && { tools: true }),
    ...(can?.includes('thinking') && { reasoning: true }),
  };
}

function installed(name: string, { capabilities, model_info, details = {}, license }: Shown): InstalledModel {
  const context = contextOf(model_info);
  const { family, parameter_size, quantization_level } = details;
  return {
    name,
    ...(isText(family) && { family }),
    ...(isText(parameter_size) && { parameter_size }),
    ...(isText(quantization_level) && { quantization: quantization_level }),
    ...(context && { context_length: context }),
    capabilities: Array.isArray(capabilities) ? capabilities.filter(isText) : [],
    ...(isText(license) && { license }),
  };
}

function runningModel(listed: Record<string, unknown> | null): RunningModel[] {
  if (!isText(listed?.['name'])) return [];
  const expires = Date.parse(String(listed['expires_at']));
  return [
    {
      name: listed['name'],
      size: positive(listed['size']) ?? 0,
      size_vram: positive(listed['size_vram']) ?? 0,
      ...(Number.isFinite(expires) && { expires_at: expires }),
    },
  ];
}

/** The models on an Ollama server's disk and in its memory. */
export function ollamaManagement(http: ProviderHttp): ModelManagement {
  const { speaker } = http;

  /** What the registry does not have is said in the words of a file system. */
  const pullError = (model: string, error: unknown): AppError => {
    if (/file does not exist|not found/i.test(String(error))) {
      const message = `${speaker.name} found no model named “${model}” to load. Check its name on ollama.com.`;
      return new AppError('MODEL_NOT_FOUND', { message, details: { model_name: model } });
    }
    return refused(speaker, { status: 500, body: { error } });
  };

  return {
    async *pull(model, signal) {
      const answer = await http.openStream('/api/pull', { model, stream: true }, { signal, model });
      for await (const text of messagesIn(answer.pieces, lineFraming(speaker))) {
        const line = parseEvent<PullProgress & { error: unknown }>(text, speaker);
        if (line.error) throw pullError(model, line.error);
        answer.began();
        const { status = '', completed, total } = line;
        yield {
          status,
          ...(completed !== undefined && { completed }),
          ...(total !== undefined && { total }),
        };
        if (status !== 'success') continue;
        answer.complete();
        return;
      }
      throw nonsense(speaker, 'It ended the download before it was finished.');
    },

    remove: (model, signal) => http.remove('/api/delete', { model }, { signal, model }),

    async show(model, signal) {
      return installed(model, (await http.postJson('/api/show', { model }, { signal, model })) as Shown);
    },

    async running(signal) {
      const reply = (await http.getJson('/api/ps', { signal })) as { models?: unknown } | null;
      if (!Array.isArray(reply?.models)) throw nonsense(speaker, 'Its list of running models has another form.');
      return (reply.models as (Record<string, unknown> | null)[]).flatMap(runningModel);
    },
  };
}
