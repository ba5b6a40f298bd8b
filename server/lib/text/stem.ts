import { stemmer } from 'stemmer';
import type { Language } from './stop-words.ts';

/**
 * The stem of a folded word. English by Porter's algorithm (1980); German and French by light stemmers after Savoy, which
 * take off only plural and case endings and so keep different words apart; Spanish and Italian lose the plural alone.
 * Words with digits, other scripts and short words stay as they are.
 */
export function stem(form: string, language: Language): string {
  return form.length > 3 && /^[a-z]+$/.test(form) ? stemmers[language](form) : form;
}

const stemmers: Readonly<Record<Language, (form: string) => string>> = {
  en: stemmer,
  de: (form) => {
    const step =
      form.length > 5 && form.endsWith('ern')
        ? form.slice(0, -3)
        : form.length > 4 && /e[mnrs]$/.test(form)
          ? form.slice(0, -2)
          : form.replace(/e$|(?<=[bdfghklmnt])s$/, '');
    if (step.length > 5 && /(?:er|en)$/.test(step)) return step.slice(0, -2);
    return step;
  },
  fr: (form) => {
    if (form.endsWith('eaux')) return form.slice(0, -1);
    if (form.length > 4 && form.endsWith('aux')) return `${form.slice(0, -2)}l`;
    const singular = form.length > 4 ? form.replace(/[sx]$/, '') : form;
    return singular.length > 5 ? singular.replace(/e$/, '') : singular;
  },
  es: (form) =>
    form.length > 5 && /[^aeiou]es$/.test(form) ? form.slice(0, -2) : form.length > 4 ? form.replace(/s$/, '') : form,
  it: (form) => (form.length > 4 ? form.replace(/[aeio]$/, '') : form),
};
