import type { AssistantBody } from '../../../../shared/api/assistants.ts';
import { textFields } from '../../lib/form.ts';

/** What the form says. What has no field in it stays as it was. */
export function bodyOf(form: HTMLFormElement, isAdmin: boolean): AssistantBody {
  const { name = '', emoji = '', description = '', system = '', model, starters = '', everyone } = textFields(form);
  const data = new FormData(form);
  const ticked = (field: string): Record<string, string[]> =>
    data.has(`${field}_shown`) ? { [field]: data.getAll(field).filter((one) => typeof one === 'string') } : {};
  return {
    name,
    emoji: emoji.trim() || null,
    description,
    system,
    model: model || null,
    starters: starters
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    ...ticked('collection_ids'),
    ...ticked('tools'),
    ...(isAdmin && { everyone: everyone === 'on' }),
  };
}
