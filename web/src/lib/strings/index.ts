import { remembered } from '../remembered.ts';
import { createStore, useStore } from '../store.ts';
import type { Strings } from './en.ts';

export type { Strings } from './en.ts';

export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const catalogues: Record<Language, () => Promise<Strings>> = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
};

type Words = { language: Language; strings: Strings };
const words = createStore<Words | null>(null);

/** What is said is there once `chooseLanguage` has resolved, which the page waits for before it draws anything. */
function chosen(now: Words | null): Words {
  if (!now) throw new Error('No language was chosen yet.');
  return now;
}

async function speak(language: Language): Promise<void> {
  words.set({ language, strings: await catalogues[language]() });
  document.documentElement.lang = language;
}

/** Fetches a language and speaks it from then on. Rejects where it cannot be fetched. */
export async function chooseLanguage(language: Language): Promise<void> {
  await speak(language);
  remembered.write('language', language);
}

/** As `chooseLanguage` for the reader's own. One that cannot be fetched must not keep anyone out: then it is the other one, this once. */
export async function speakFirst(): Promise<void> {
  const language = savedLanguage();
  await chooseLanguage(language).catch(() => speak(language === 'en' ? 'de' : 'en'));
}

/** The reader's choice, else the browser's first language that the page speaks. */
function savedLanguage(): Language {
  const wanted = [remembered.read('language'), ...navigator.languages.map((tag) => tag.split('-')[0])];
  for (const language of wanted) if (language === 'en' || language === 'de') return language;
  return 'en';
}

export const useStrings = (): Strings => useStore(words, (value) => chosen(value).strings);
export const useLanguage = (): Language => useStore(words, (value) => chosen(value).language);
/** For what speaks outside of components, such as a toast of a background job. */
export const currentStrings = (): Strings => chosen(words.get()).strings;
