import { isBuiltIn } from '../../../../../shared/provider-kinds.ts';
import type { Assistant } from '../../../../../shared/api/assistants.ts';
import type { Model } from '../../../../../shared/api/models.ts';
import { assistantKey } from '../../assistants/chosen.ts';
import { isLibrarian } from './names.ts';
import type { Provider } from './use-models.ts';

/** A line of the picker that can be chosen; a null model is “the server chooses”. */
export type Choice = { key: string; model: Model | null; local: boolean; assistant?: Assistant };
export type ChoiceGroup = { key: string; name: string | null; choices: Choice[] };

/** What the group of favourites is known by; no provider's id looks like it. */
export const FAVOURITES = '★';
/** And that of assistants. */
export const ASSISTANTS = '@';

/**
 * The picker's lines: the automatic choice, the assistants, the favourites, then the other models by provider, the Librarian last; only
 * those that match.
 */
export function choiceGroups(
  models: Model[],
  providers: Provider[],
  typed: string,
  favourites: readonly string[] = [],
  assistants: readonly Assistant[] = [],
): ChoiceGroup[] {
  const q = typed.trim().toLowerCase();
  const groups = new Map<string, ChoiceGroup>();
  if (q === '') groups.set('', { key: '', name: null, choices: [{ key: 'automatic', model: null, local: false }] });
  const able = assistants.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(q));
  const asked = able.map((one) => ({ key: assistantKey(one.id), model: null, local: false, assistant: one }));
  groups.set(ASSISTANTS, { key: ASSISTANTS, name: ASSISTANTS, choices: asked });
  const starred = { key: FAVOURITES, name: FAVOURITES, choices: [] as Choice[] };
  groups.set(FAVOURITES, starred);
  const sorted = [...models].sort((a, b) => Number(isLibrarian(a)) - Number(isLibrarian(b)));
  for (const model of sorted) {
    const provider = providers.find(({ id }) => id === model.provider);
    const name = provider?.name ?? model.provider;
    if (!`${model.name} ${model.id} ${name}`.toLowerCase().includes(q)) continue;
    const local = provider ? ['ollama', 'lmstudio'].includes(provider.kind) || isBuiltIn(provider.kind) : false;
    const choice = { key: model.id, model, local };
    if (favourites.includes(model.id)) {
      starred.choices.push(choice);
      continue;
    }
    const group = groups.get(model.provider) ?? { key: model.provider, name, choices: [] };
    group.choices.push(choice);
    groups.set(model.provider, group);
  }
  return [...groups.values()].filter(({ choices }) => choices.length > 0);
}
