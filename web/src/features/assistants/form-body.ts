import type { AssistantBody } from '../../../../shared/api/assistants.ts';
import type { ChatOptions } from '../../../../shared/api/chat.ts';
import { reasoningEfforts } from '../../../../shared/reasoning.ts';
import { textFields } from '../../lib/form.ts';

/** What of them is filled in. Anything else is as the model has it. */
function optionsIn(fields: Record<string, string>): ChatOptions {
  const number = (name: string): Record<string, number> => {
    const text = fields[name]?.trim().replace(',', '.') ?? '';
    return text === '' ? {} : { [name]: Number(text) };
  };
  const effort = reasoningEfforts.find((one) => one === fields['reasoning_effort']);
  const stop = (fields['stop'] ?? '').split('\n').filter(Boolean);
  return {
    ...number('temperature'),
    ...number('top_p'),
    ...number('max_tokens'),
    ...number('seed'),
    ...(stop.length > 0 && { stop }),
    ...(effort && { reasoning_effort: effort }),
  };
}

/** What the form says. What has no field in it stays as it was. */
export function bodyOf(form: HTMLFormElement, isAdmin: boolean): AssistantBody {
  const fields = textFields(form);
  const { name = '', emoji = '', description = '', system = '', model, starters = '', everyone } = fields;
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
    ...ticked('file_ids'),
    options: optionsIn(fields),
    ...ticked('tools'),
    ...(isAdmin && { everyone: everyone === 'on' }),
  };
}
