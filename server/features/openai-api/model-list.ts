import type { Model } from '../../../shared/api/models.ts';

/** Nobody says when a model was made; clients only want a number. */
const CREATED = 0;

/** A model as OpenAI lists it. */
export const openAiModel = ({ id, provider }: Pick<Model, 'id' | 'provider'>) => ({
  id,
  object: 'model',
  created: CREATED,
  owned_by: provider,
});

/** A model as Anthropic lists it. */
export const anthropicModel = ({ id, name }: Pick<Model, 'id' | 'name'>) => ({
  type: 'model',
  id,
  display_name: name,
  created_at: new Date(CREATED).toISOString(),
});

/** A list for whom asks: both APIs have it at the same address. */
export function modelList(models: readonly Model[], protocol: 'openai' | 'anthropic') {
  if (protocol === 'openai') return { object: 'list', data: models.map(openAiModel) };
  const data = models.map(anthropicModel);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
