import type { IncomingHttpHeaders } from 'node:http';
import { anthropic, anthropicModels } from './anthropic.ts';
import { messagesRefusal } from './anthropic-rules.ts';
import { countWords, dimensionsOf, embed, ollamaEmbeddings, openaiEmbeddings, transcription } from './extras.ts';
import { ollamaRunning, ollamaShow, ollamaTags, pullLines } from './ollama-models.ts';
import { lmStudioModels, openaiModels } from './openai-models.ts';
import type { Body, Frame } from './protocol.ts';

export type FakeModels = { openai: readonly string[]; ollama: readonly string[]; anthropic: readonly string[] };
type Who = keyof FakeModels;
type Request = { method: string; path: string; headers: IncomingHttpHeaders; body: Body };
type Reply =
  | { status?: number; json?: unknown; refusal?: string; type?: string }
  /** In pieces, as a script wants them. */
  | { frames: Iterable<Frame> };

export const standardModels: FakeModels = {
  openai: ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'],
  ollama: ['llama3.2:latest', 'nomic-embed-text:latest'],
  anthropic: ['claude-sonnet-4-6', 'claude-haiku-4-5-20251001'],
};

export const named = (name: string, names: readonly string[]): boolean =>
  names.includes(name) || names.includes(`${name}:latest`);

/** Older clients of Ollama say `name`. */
const modelOf = (body: Body): string => String(body['model'] ?? body['name']);

/** Everything beside chats: listings, embeddings, recordings, and Ollama's disk. */
export function createRoutes(models: FakeModels, lmStudio: boolean) {
  const installed = [...models.ollama];
  const running = new Set<string>();
  const missing = (model: unknown): Reply => ({ status: 404, refusal: `model '${String(model)}' not found` });
  const known = (model: unknown): boolean => named(String(model), installed);
  const fullName = (model: string): string => (model.includes(':') ? model : `${model}:latest`);

  function* pull(model: string): Generator<Frame> {
    if (/no-such/.test(model)) {
      const frames = [{ status: 'pulling manifest' }, { error: 'pull model manifest: file does not exist' }];
      for (const line of frames) yield { kind: 'piece', text: `${JSON.stringify(line)}\n` };
      return;
    }
    for (const line of pullLines(model)) yield { kind: 'piece', text: `${JSON.stringify(line)}\n` };
    if (!known(model)) installed.push(fullName(model));
  }

  const handlers: Record<string, (request: Request, who: Who) => Reply | undefined> = {
    'GET /v1/models': (_, who) => ({
      json: who === 'anthropic' ? anthropicModels(models.anthropic) : openaiModels(models.openai),
    }),
    'GET /api/v0/models': () => (lmStudio ? { json: lmStudioModels(models.openai) } : undefined),
    'POST /v1/messages/count_tokens': ({ body, headers }) => {
      const refusal = messagesRefusal(body, headers, true);
      if (refusal) return { status: 400, refusal };
      return { json: { input_tokens: countWords(anthropic.read(body).messages.map(({ content }) => content)) } };
    },
    'POST /v1/embeddings': ({ body }) => {
      const model = String(body['model']);
      if (!named(model, models.openai)) return missing(model);
      if (!/embed/.test(model)) {
        return { status: 403, refusal: 'You are not allowed to generate embeddings from this model' };
      }
      return { json: openaiEmbeddings(body) };
    },
    'POST /v1/audio/transcriptions': ({ body }) => {
      if (typeof body['file'] !== 'object') return { status: 400, refusal: "Missing required parameter: 'file'." };
      if (!/whisper|transcribe/.test(String(body['model']))) return missing(body['model']);
      const { type, text } = transcription(body);
      return { json: text, type };
    },
    'GET /api/version': () => ({ json: { version: '0.12.6' } }),
    'GET /api/tags': () => ({ json: ollamaTags(installed) }),
    'GET /api/ps': () => ({ json: ollamaRunning([...running]) }),
    'POST /api/show': ({ body }) =>
      known(modelOf(body)) ? { json: ollamaShow(modelOf(body)) } : missing(modelOf(body)),
    'POST /api/embed': ({ body }) => (known(modelOf(body)) ? { json: ollamaEmbeddings(body) } : missing(modelOf(body))),
    'POST /api/embeddings': ({ body }) =>
      known(modelOf(body))
        ? { json: { embedding: embed(String(body['prompt']), dimensionsOf(body)) } }
        : missing(modelOf(body)),
    'POST /api/pull': ({ body }) => {
      const model = modelOf(body);
      if (body['stream'] !== false) return { frames: pull(model) };
      const last = [...pull(model)].at(-1)?.text ?? '{}';
      const { error } = JSON.parse(last) as { error?: string };
      return error ? { status: 500, refusal: error } : { json: last };
    },
    'DELETE /api/delete': ({ body }) => {
      const at = installed.findIndex((name) => named(modelOf(body), [name]));
      if (at < 0) return missing(modelOf(body));
      running.delete(installed[at] ?? '');
      installed.splice(at, 1);
      return { json: '' };
    },
  };

  return {
    installed: (): readonly string[] => installed,
    /** A model that has answered stays in Ollama's memory for a while. */
    used(model: string): void {
      if (known(model)) running.add(fullName(model));
    },
    answer: (request: Request, who: Who): Reply | undefined =>
      handlers[`${request.method} ${request.path}`]?.(request, who),
  };
}
