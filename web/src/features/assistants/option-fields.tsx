import type { ChatOptions } from '../../../../shared/api/chat.ts';
import { reasoningEfforts } from '../../../../shared/reasoning.ts';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { Labelled } from './labelled.tsx';

type Props = { options: ChatOptions; messages: Readonly<Record<string, string | undefined>> };

const numbers = [
  { name: 'temperature', min: 0, max: 2, step: 'any' },
  { name: 'top_p', min: 0, max: 1, step: 'any' },
  { name: 'max_tokens', min: 1, max: 1_000_000, step: 1 },
  { name: 'seed', min: undefined, max: undefined, step: 1 },
] as const;

/** How the model answers. What is left empty is as the model has it; so they are folded away where nothing is chosen. */
export function OptionFields({ options, messages }: Props) {
  const words = useStrings().assistants;
  return (
    <details open={Object.keys(options).length > 0}>
      <summary className="min-h-9 cursor-pointer py-1.5 text-sm font-semibold">{words.options}</summary>
      <p className="text-sm text-muted">{words.optionsHint}</p>
      <div className="mt-2 grid gap-4 sm:grid-cols-2">
        {numbers.map(({ name, ...limits }) => (
          <Field
            key={name}
            type="number"
            inputMode="decimal"
            label={words.option[name]}
            hint={words.optionHint[name]}
            name={name}
            {...limits}
            defaultValue={options[name]}
            error={messages[`options.${name}`]}
          />
        ))}
        <Labelled label={words.reasoning} hint={words.reasoningHint}>
          {(field) => (
            <select
              {...field}
              name="reasoning_effort"
              defaultValue={options.reasoning_effort ?? ''}
              className={inputClass}
            >
              <option value="" className="bg-sheet">
                {words.asUsual}
              </option>
              {reasoningEfforts.map((effort) => (
                <option key={effort} value={effort} className="bg-sheet">
                  {words.effort[effort]}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        <Labelled label={words.stop} hint={words.stopHint} error={messages['options.stop']}>
          {(field) => (
            <textarea {...field} name="stop" rows={2} defaultValue={options.stop?.join('\n')} className={inputClass} />
          )}
        </Labelled>
      </div>
    </details>
  );
}
