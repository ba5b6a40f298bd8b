import { useServices } from '../../app/services.ts';
import { cx } from '../../components/ui/cx.ts';
import { useStore } from '../../lib/store.ts';
import { chooseLanguage, languages, useLanguage, useStrings, type Language } from '../../lib/strings/index.ts';
import { chooseTheme, theme, themes } from '../../lib/theme.ts';
import { Section } from './section.tsx';

type Option = { value: string; label: string };

function Options({
  name,
  legend,
  options,
  value,
  onChange,
}: {
  name: string;
  legend: string;
  options: Option[];
  value: string;
  onChange(value: string): void;
}) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'flex min-h-10 cursor-pointer items-center gap-2 rounded-md border px-3.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              option.value === value ? 'border-accent bg-accent-soft' : 'border-line bg-paper hover:border-line-strong',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="accent-accent outline-none"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Appearance() {
  const strings = useStrings();
  const chosen = useStore(theme);
  const language = useLanguage();
  const { client } = useServices();
  const choose = (next: Language): void => {
    void chooseLanguage(next);
    // For the mails; the page itself goes by what this browser keeps.
    client.open('PUT', '/api/profile', { body: { language: next } }).catch(() => undefined);
  };
  return (
    <Section title={strings.settings.appearance}>
      <div className="space-y-5">
        <Options
          name="theme"
          legend={strings.shell.theme}
          options={themes.map((value) => ({ value, label: strings.settings.themes[value] }))}
          value={chosen}
          onChange={(value) => chooseTheme(value as typeof chosen)}
        />
        <div>
          <Options
            name="language"
            legend={strings.settings.language}
            options={Object.entries(languages).map(([value, label]) => ({ value, label }))}
            value={language}
            onChange={(value) => choose(value as Language)}
          />
          <p className="mt-1.5 text-sm text-muted">{strings.settings.languageText}</p>
        </div>
      </div>
    </Section>
  );
}
