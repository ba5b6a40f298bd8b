import { createCodePlugin } from '@streamdown/code';

const rule = (color: string, ...scope: string[]) => ({ scope, settings: { foreground: `var(--code-${color})` } });

/** One theme of CSS variables: the design tokens decide, in light and in dark. */
const theme: NonNullable<NonNullable<Parameters<typeof createCodePlugin>[0]>['themes']>[0] = {
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

const plugin = createCodePlugin({ themes: [theme, theme] });

export type Token = { content: string; color: string | undefined };

/** Colours a piece of code; null where the language is not known. Rejects never: what fails stays plain. */
export function highlight(code: string, language: string, partial: boolean): Promise<Token[][] | null> {
  if (!plugin.supportsLanguage(language as never)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const use = (result: {
      tokens: { content: string; color?: string; htmlStyle?: Record<string, string> }[][];
    }): void =>
      resolve(
        result.tokens.map((line) =>
          line.map((token) => ({ content: token.content, color: token.htmlStyle?.color ?? token.color })),
        ),
      );
    const options = {
      code,
      language: language as never,
      themes: [theme, theme] as [typeof theme, typeof theme],
      isIncomplete: partial,
    };
    const ready = plugin.highlight(options, use);
    if (ready) use(ready);
  });
}
