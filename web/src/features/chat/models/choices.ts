import type { Model } from '../../../../../shared/api/models.ts';
import { isLibrarian } from './names.ts';
import type { Provider } from './use-models.ts';

/** A line of the picker that can be chosen; a null model is “the server chooses”. */
export type Choice = { key: string; model: Model | null };
export type ChoiceGroup = { key: string; name: string | null; local: boolean; choices: Choice[] };

/** The picker's lines: the automatic choice, then the models by provider, the Librarian last; only those that match. */
export function choiceGroups(models: Model[], providers: Provider[], typed: string): ChoiceGroup[] {
  const q = typed.trim().toLowerCase();
  const groups = new Map<string, ChoiceGroup>();
  if (q === '') groups.set('', { key: '', name: null, local: false, choices: [{ key: 'automatic', model: null }] });
  const sorted = [...models].sort((a, b) => Number(isLibrarian(a)) - Number(isLibrarian(b)));
  for (const model of sorted) {
    const provider = providers.find(({ id }) => id === model.provider);
    const name = provider?.name ?? model.provider;
    if (!`${model.name} ${model.id} ${name}`.toLowerCase().includes(q)) continue;
    const local = provider ? ['ollama', 'lmstudio', 'librarian', 'gguf'].includes(provider.kind) : false;
    const group = groups.get(model.provider) ?? { key: model.provider, name, local, choices: [] };
    group.choices.push({ key: model.id, model });
    groups.set(model.provider, group);
  }
  return [...groups.values()];
}
