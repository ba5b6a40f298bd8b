import type { ProviderKind } from '../../../../shared/api/models.ts';
import type { ModelInfo } from '../driver.ts';
import { looksLikeEmbedding, positive } from '../protocol.ts';
import { knownModel } from './known-models.ts';

/** What servers of this family say about a model; each says some of it. */
type Listed = {
  id?: unknown;
  type?: unknown;
  capabilities?: unknown;
  /** LM Studio: what the loaded instance takes, and what the model could. */
  loaded_context_length?: unknown;
  max_context_length?: unknown;
  /** vLLM. */
  max_model_len?: unknown;
  /** OpenRouter and others. */
  context_length?: unknown;
  architecture?: { input_modalities?: unknown };
  supported_parameters?: unknown;
  /** llama.cpp. */
  meta?: { n_ctx?: unknown; n_ctx_train?: unknown } | null;
};

/** Models of OpenAI's listing that do not take part in a chat. */
const notForChat =
  /whisper|tts|dall-e|image|moderation|babbage|davinci|sora|realtime|audio|transcribe|instruct|computer-use|codex|deep-research/;

const has = (list: unknown, item: string): boolean => Array.isArray(list) && list.includes(item);

function describe(listed: Listed, name: string): ModelInfo {
  const context = positive(
    listed.loaded_context_length ??
      listed.max_context_length ??
      listed.max_model_len ??
      listed.context_length ??
      listed.meta?.n_ctx ??
      listed.meta?.n_ctx_train,
  );
  const vision = listed.type === 'vlm' || has(listed.architecture?.input_modalities, 'image');
  const tools = has(listed.capabilities, 'tool_use') || has(listed.supported_parameters, 'tools');
  const reasoning = has(listed.supported_parameters, 'reasoning');
  const embedding = listed.type === 'embeddings' || (listed.type === undefined && looksLikeEmbedding(name));
  return {
    name,
    kind: embedding ? 'embedding' : 'chat',
    ...(!embedding && knownModel(name)),
    ...(context && { context_length: context }),
    ...(vision && { vision }),
    ...(tools && { tools }),
    ...(reasoning && { reasoning }),
  };
}

/** The models of `GET /v1/models` or LM Studio's `/api/v0/models`; undefined when it is something else. */
export function readModelList(reply: unknown, kind: ProviderKind): ModelInfo[] | undefined {
  const data = (reply as { data?: unknown } | null | undefined)?.data;
  if (!Array.isArray(data)) return undefined;
  return (data as (Listed | null)[]).flatMap((listed) => {
    const name = listed?.id;
    if (typeof name !== 'string' || name === '') return [];
    return kind === 'openai' && notForChat.test(name) ? [] : [describe(listed as Listed, name)];
  });
}
