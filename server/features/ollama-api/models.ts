import { createHash } from 'node:crypto';
import type { Model } from '../../../shared/api/models.ts';
import type { InstalledModel, RunningModel } from '../../platform/llm/driver.ts';

/** Clients want one, and compare it: the same for the same name. */
const digestOf = (id: string): string => createHash('sha256').update(id).digest('hex');

const detailsOf = (provider: string, known?: InstalledModel) => ({
  parent_model: '',
  format: '',
  family: known?.family ?? provider,
  families: [known?.family ?? provider],
  parameter_size: known?.parameter_size ?? '',
  quantization_level: known?.quantization ?? '',
});

/** A model as Ollama lists it. Where it lies and how large it is, is not told. */
export const tag = ({ id, provider }: Pick<Model, 'id' | 'provider'>) => ({
  name: id,
  model: id,
  modified_at: new Date(0).toISOString(),
  size: 0,
  digest: digestOf(id),
  details: detailsOf(provider),
});

/** A model in memory as Ollama lists it. */
export const runningTag = (model: RunningModel & { id: string }) => ({
  name: model.id,
  model: model.id,
  size: model.size,
  size_vram: model.size_vram,
  digest: digestOf(model.id),
  details: detailsOf(model.id.split('/')[0] ?? ''),
  expires_at: new Date(model.expires_at ?? 0).toISOString(),
});

/** What is known of a model, as Ollama shows it. `known`: from a server of its kind. */
export function shown(model: Model, known: InstalledModel | undefined) {
  const family = known?.family ?? model.provider;
  const context = known?.context_length ?? model.context_length;
  return {
    modelfile: '',
    parameters: '',
    template: '',
    license: known?.license ?? '',
    details: detailsOf(model.provider, known),
    model_info: { 'general.architecture': family, ...(context && { [`${family}.context_length`]: context }) },
    capabilities: known?.capabilities ?? capabilitiesOf(model),
    modified_at: new Date(0).toISOString(),
  };
}

const capabilitiesOf = ({ kind, tools, vision, reasoning }: Model): string[] =>
  kind === 'embedding'
    ? ['embedding']
    : ['completion', ...(tools ? ['tools'] : []), ...(vision ? ['vision'] : []), ...(reasoning ? ['thinking'] : [])];
