import { describe, expect, it } from 'vitest';
import { compoundTerms, decompose } from './compounds.ts';
import { leansOnPrevious } from './follow-up.ts';
import { detectLanguage, languageOf } from './language.ts';
import { readQuestion } from './question.ts';
import type { Language } from './stop-words.ts';
import { analyse, encodeTerm, vocabulary } from './terms.ts';
import { words } from './words.ts';

const forms = (text: string): string[] => words(text).flatMap(({ form, parts }) => [form, ...parts]);
const terms = (text: string, language: Language | null = 'en'): string[] =>
  analyse(text, language).map(({ term }) => term);
const same = (a: string, b: string, language: Language): boolean => terms(a, language)[0] === terms(b, language)[0];

it.each([
  'The boiler is in the basement, and the boiler’s valve E-204 is not maxRetries.',
  'Der Heizkessel steht im Keller; die Müllabfuhr kommt am Dienstag, nicht am MONTAG.',
  '東京タワー and iPhone 3.5',
  '',
])('the vocabulary of a text is its terms, each once: %s', (text) => {
  const said = words(text);
  expect(languageOf(said)).toBe(detectLanguage(text));
  expect([...vocabulary(said, languageOf(said))]).toEqual([...new Set(terms(text, detectLanguage(text)))]);
});

describe('words', () => {
  it('folds case, width, ligatures and accents', () => {
    expect(forms('Café ＡＢＣ ﬁlter STRASSE Straße Ærø')).toEqual([
      'cafe',
      'abc',
      'filter',
      'strasse',
      'strasse',
      'aero',
    ]);
  });

  it('keeps identifiers whole and in their parts', () => {
    expect(forms('E-204')).toEqual(['e204', 'e', '204']);
    expect(forms('ISO-9001')).toEqual(['iso9001', 'iso', '9001']);
    expect(forms('maxRetries')).toEqual(['maxretries', 'max', 'retries']);
    expect(forms('10kg')).toEqual(['10kg', '10', 'kg']);
  });

  it('reads a number the same however its thousands are marked, and not a decimal as another number', () => {
    expect(forms('1,250')).toEqual(forms('1.250'));
    expect(forms('1,250')).toEqual(['1250']);
    expect(forms('3.5')).toEqual(forms('3,5'));
    expect(forms('3.5')).not.toEqual(forms('35'));
  });

  it('leaves out elided articles and English endings', () => {
    expect(forms("l'eau qu’il don't the pump's")).toEqual(['eau', 'il', 'don', 'the', 'pump']);
  });

  it('takes scripts without spaces in pairs, also beside other scripts', () => {
    expect(forms('東京都の水')).toEqual(['東京', '京都', '都の', 'の水']);
    expect(forms('AquaPress 浄水器x')).toEqual(['aquapress', 'aqua', 'press', '浄水', '水器', 'x']);
  });

  it('knows where each word stands', () => {
    const text = 'Über 10kg, dann 東京';
    expect(words(text).map(({ start, end }) => text.slice(start, end))).toEqual(['Über', '10kg', 'dann', '東京']);
  });

  it('does not mind long runs without a space', () => {
    expect(words('aB3-'.repeat(50_000))).toHaveLength(1);
    expect(words(`${'('.repeat(100_000)}x`)).toHaveLength(1);
  });
});

describe('terms', () => {
  it('are ASCII letters and digits of a bounded length for any text', () => {
    const text = `Договор 東京 naïve "a OR b" (x) + -y* 'q' tsquery:A & | ! ${'z'.repeat(300)} \u0000 %_`;
    for (const term of terms(text)) expect(term).toMatch(/^t[kh][a-z0-9]{1,40}$/);
    expect(new Set([encodeTerm('договор'), encodeTerm('договоры'), encodeTerm('東京')]).size).toBe(3);
  });

  it('flag words of grammar by language', () => {
    const flagged = (text: string, language: Language): string[] =>
      analyse(text, language)
        .filter(({ stop }) => stop)
        .map(({ start, end }) => text.slice(start, end));
    expect(flagged('the war is over die', 'en')).toEqual(['the', 'is', 'over']);
    expect(flagged('die war the', 'de')).toEqual(['die', 'war']);
  });

  it.each<[string, string, Language]>([
    ['warranty', 'warranties', 'en'],
    ['calibrate', 'calibration', 'en'],
    ['filters', 'filter', 'en'],
    ['Rechnung', 'Rechnungen', 'de'],
    ['Vertrag', 'Verträge', 'de'],
    ['Häuser', 'Haus', 'de'],
    ['Garantie', 'Garantien', 'de'],
    ['contrat', 'contrats', 'fr'],
    ['journal', 'journaux', 'fr'],
    ['garantie', 'garanties', 'fr'],
    ['bateau', 'bateaux', 'fr'],
    ['contrato', 'contratos', 'es'],
    ['contratto', 'contratti', 'it'],
  ])('bring %s and %s together (%s, %s)', (a, b, language) => {
    expect(same(a, b, language)).toBe(true);
  });

  it.each<[string, string, Language]>([
    ['Rechnung', 'Rechner', 'de'],
    ['Kosten', 'Kasten', 'de'],
    ['port', 'portier', 'fr'],
    ['universe', 'unit', 'en'],
  ])('keep %s and %s apart', (a, b, language) => {
    expect(same(a, b, language)).toBe(false);
  });
});

describe('the language of a text', () => {
  it.each([
    ['How long is the warranty?', 'en'],
    ['Wie lange gilt die Garantie?', 'de'],
    ['Quelle est la durée de la garantie ?', 'fr'],
    ['¿Cuál es la duración de la garantía?', 'es'],
    ['Qual è la durata della garanzia?', 'it'],
    ['Garantie', null],
    ['4711 12.5 XK-9', null],
    ['Договор аренды квартиры', null],
    ['', null],
  ])('of "%s" is %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe('a question', () => {
  const asked = (text: string): string[] => readQuestion(text).concepts.map((concept) => concept.text);

  it('is read without words of grammar and of asking', () => {
    expect(asked('How long is the warranty on the pump?')).toEqual(['warranty', 'pump']);
    expect(asked('Wie viele Tage Urlaub habe ich?')).toEqual(['Tage', 'Urlaub']);
  });

  it('of nothing but grammar keeps its words, and is general', () => {
    expect(readQuestion('to be or not to be')).toMatchObject({ general: true, requests: false });
    expect(asked('to be or not to be')).toEqual(['to', 'be', 'or', 'not']);
    expect(readQuestion('Please summarise this document')).toMatchObject({ general: true, requests: true });
    expect(readQuestion('Fasse das Dokument zusammen')).toMatchObject({ general: true, requests: true });
    expect(readQuestion('Summarise the warranty terms')).toMatchObject({ general: false });
  });

  it('names pages', () => {
    expect(readQuestion('and on page 12?')).toMatchObject({ general: true, pages: [12] });
    expect(readQuestion('Was steht auf Seite 3 zur Kaution?')).toMatchObject({ general: false, pages: [3] });
  });

  it('looks for what an adjective of measure is said with', () => {
    const [heavy] = readQuestion('How heavy is the base?').concepts;
    expect(heavy?.variants).toContain(terms('weight')[0]);
    expect(readQuestion('a heavy base').concepts[0]?.variants).not.toContain(terms('weight')[0]);
  });

  it('keeps an identifier one thing, and lets a compound stand apart', () => {
    expect(asked('error E-204')).toEqual(['error', 'E-204']);
    expect(readQuestion('ISO-9001').concepts.flatMap(({ variants }) => variants)).toEqual(
      expect.arrayContaining(terms('ISO 9001')),
    );
  });

  it('is bounded', () => {
    expect(
      readQuestion(Array.from({ length: 5_000 }, (_, at) => `word${at}`).join(' ')).concepts.length,
    ).toBeLessThanOrEqual(24);
  });

  it('leans on the one before only where it says so', () => {
    for (const text of ['and on page 12?', 'What about the pump?', 'How long does it take?', 'Und für Katzen?'])
      expect(leansOnPrevious(text), text).toBe(true);
    for (const text of ['How long is the warranty?', 'Summarise this document', 'Wie hoch ist die Kaution?'])
      expect(leansOnPrevious(text), text).toBe(false);
  });
});

describe('German compounds', () => {
  it('are taken apart where both parts are known', () => {
    const [concept] = readQuestion('Kündigungsfrist').concepts;
    if (!concept) throw new Error('no concept');
    const known = new Set(terms('Kündigung Frist', 'de'));
    expect(compoundTerms([concept])).toEqual(expect.arrayContaining([...known]));
    expect(decompose(concept, (term) => known.has(term)).map(({ variants }) => variants)).toEqual(
      terms('Kündigung Frist', 'de').map((term) => [term]),
    );
    expect(decompose(concept, () => false)).toEqual([concept]);
  });
});
