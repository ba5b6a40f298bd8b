import { createHighlighterCore, type GrammarState, type ThemeRegistration } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import { bundledLanguages } from 'shiki/langs';
import { turn } from '../../../lib/turn.ts';

const rule = (color: string, ...scope: string[]) => ({ scope, settings: { foreground: `var(--code-${color})` } });

/** One theme of CSS variables: the design tokens decide, in light and in dark. */
const theme: ThemeRegistration = {
  name: 'carrel',
  type: 'light',
  colors: { 'editor.foreground': 'var(--ink)', 'editor.background': 'transparent' },
  fg: 'var(--ink)',
  bg: 'transparent',
  settings: [
    rule('comment', 'comment', 'punctuation.definition.comment', 'markup.quote'),
    rule('string', 'string', 'punctuation.definition.string', 'markup.inserted', 'markup.inline.raw'),
    rule('keyword', 'keyword', 'storage', 'keyword.operator.new', 'markup.deleted', 'entity.name.tag'),
    rule('constant', 'constant', 'variable.language', 'support.constant', 'constant.character.escape', 'markup.list'),
    rule('function', 'entity.name.function', 'support.function', 'markup.heading', 'markup.underline.link'),
    rule(
      'type',
      'entity.name.type',
      'entity.name.class',
      'support.type',
      'support.class',
      'entity.other.attribute-name',
    ),
  ],
};

/** Characters. What is longer stays plain: nobody reads it by its colours, and each word of it would be an element of the page. */
const MOST = 100_000;
/** Lines that are coloured at once, and milliseconds after which the page has its turn. */
const LINES = 20;
const TURN_MS = 8;
/** How many coloured texts are kept, for what is drawn again or goes on growing. */
const KEPT = 40;
/**
 * No limit of time: on a machine that is busy it would end a line early, and colour the rest wrongly. A line that is as long as those
 * of files made by programs stays plain.
 */
const limits = { tokenizeTimeLimit: 0, tokenizeMaxLineLength: 2_000 };

export type Token = { content: string; color: string | undefined };
/** The whole lines at the beginning of a text, and how the grammar goes on after them. */
type Beginning = { language: string; text: string; lines: Token[][]; state: GrammarState | undefined };

const highlighter = createHighlighterCore({
  themes: [theme],
  langs: [],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
});
const isKnown = (language: string): language is keyof typeof bundledLanguages =>
  Object.hasOwn(bundledLanguages, language);
let kept: readonly Beginning[] = [];

/** Colours a piece of code, in turns; null where its language is not known, where it is too long, or once `signal` says that nobody waits for it. */
export async function highlight(code: string, named: string, signal: AbortSignal): Promise<Token[][] | null> {
  const language = named.toLowerCase();
  if (!isKnown(language) || code.length > MOST) return null;
  const shiki = await highlighter;
  await shiki.loadLanguage(bundledLanguages[language]);

  const colour = (text: string, grammarState: GrammarState | undefined): [Token[][], GrammarState | undefined] => {
    const options = { lang: language, theme: 'carrel', ...limits, ...(grammarState && { grammarState }) };
    const lines = shiki.codeToTokensBase(text, options);
    const tokens = lines.map((line) => line.map(({ content, color }) => ({ content, color })));
    return [tokens, shiki.getLastGrammarState(lines)];
  };

  let { text, lines, state } = kept.find((one) => one.language === language && code.startsWith(one.text)) ?? blank;
  const rest = code.slice(text.length).split('\n');
  // It may go on growing.
  const last = rest.pop() ?? '';
  for (let begun = performance.now(), at = 0; at < rest.length; at += LINES) {
    if (performance.now() - begun > TURN_MS) {
      await turn();
      begun = performance.now();
    }
    if (signal.aborted) return null;
    const piece = rest.slice(at, at + LINES).join('\n');
    const [more, after] = colour(piece, state);
    text += `${piece}\n`;
    lines = [...lines, ...more];
    state = after;
  }
  const others = kept.filter((one) => one.language !== language || !text.startsWith(one.text));
  if (text !== '') kept = [{ language, text, lines, state }, ...others].slice(0, KEPT);
  return [...lines, ...colour(last, state)[0]];
}

const blank: Omit<Beginning, 'language'> = { text: '', lines: [], state: undefined };
