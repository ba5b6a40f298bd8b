import type { ReactNode } from 'react';
import { Lamp } from '../../components/ui/lamp.tsx';
import { languages, chooseLanguage, useLanguage, useStrings, type Language } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';

type Props = { title: string; text: string; children: ReactNode; foot?: ReactNode };

/** The card under the lamp on which sign-in, sign-up and setup are written. */
export function EntryPage({ title, text, children, foot }: Props) {
  const strings = useStrings();
  const language = useLanguage();
  useTitle(title);
  return (
    <main className="lamplight flex min-h-full flex-col items-center bg-desk px-4 pt-[max(1.5rem,7vh)] pb-8">
      <div className="flex flex-col items-center">
        <Lamp size={96} lit />
        <p className="mt-2 font-serif text-2xl font-semibold tracking-tight">{strings.app.name}</p>
        <p className="text-center text-muted">{strings.app.tagline}</p>
      </div>
      <section className="rise mt-6 w-full max-w-md rounded-lg border border-line bg-sheet p-6 shadow-sheet sm:p-8">
        <h1 className="text-xl">{title}</h1>
        <p className="mt-1 mb-6 text-muted">{text}</p>
        {children}
      </section>
      {foot && <div className="mt-5 text-center text-base">{foot}</div>}
      <label className="mt-auto flex items-center gap-2 pt-8 text-sm text-muted">
        {strings.settings.language}
        <select
          className="rounded-sm border border-line bg-transparent px-2 py-1 text-ink"
          value={language}
          onChange={(event) => void chooseLanguage(event.target.value as Language)}
        >
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} className="bg-sheet">
              {name}
            </option>
          ))}
        </select>
      </label>
    </main>
  );
}
