import { remembered } from '../remembered.ts';
import { createStore, useStore } from '../store.ts';
import { en, type Strings } from './en.ts';

export type { Strings } from './en.ts';

export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

type Words = { language: Language; strings: Strings };
const words = createStore<Words>({ language: 'en', strings: en });

/** English is part of the page; any other language is fetched when it is chosen. */
export async function chooseLanguage(language: Language): Promise<void> {
  const strings = language === 'de' ? (await import('./de.ts')).de : en;
  words.set({ language, strings });
  remembered.write('language', language);
  document.documentElement.lang = language;
}

/** The reader's choice, else the browser's first language that the page speaks. */
export function savedLanguage(): Language {
  const wanted = [remembered.read('language'), ...navigator.languages.map((tag) => tag.split('-')[0])];
  for (const language of wanted) if (language === 'en' || language === 'de') return language;
  return 'en';
}

export const useStrings = (): Strings => useStore(words, (value) => value.strings);
export const useLanguage = (): Language => useStore(words, (value) => value.language);
/** For what speaks outside of components, such as a toast of a background job. */
export const currentStrings = (): Strings => words.get().strings;
