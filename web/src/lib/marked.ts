/** A piece of a found text, and whether it is what was looked for. */
export type Piece = { text: string; marked: boolean };

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Signs of Markdown that would stand between the words of a snippet. */
const signs = /\*\*|~~|`+|(?<=^|\s)#{1,6}\s/g;

/** The server's snippet (escaped HTML with `<mark>` alone) as text, so that nothing in it is ever read as markup. */
export function piecesOf(snippet: string): Piece[] {
  return snippet
    .split(/(<mark>.*?<\/mark>)/)
    .filter((part) => part !== '')
    .map((part) => {
      const marked = part.startsWith('<mark>');
      const inner = marked ? part.slice('<mark>'.length, -'</mark>'.length) : part;
      return {
        text: inner
          .replaceAll(signs, '')
          .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? ''),
        marked,
      };
    });
}
