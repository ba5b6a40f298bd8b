/** What stands in quotes or brackets, or between bars, is said and not meant as lines of the graph. */
const said = /("[^"\n]*"|\[[^\]\n]*\]|\([^)\n]*\)|\{[^}\n]*\}|\|[^|\n]*\|)/;
const links = /[ \t]*(<?(?:-{2,}>|={2,}>|-\.+->|-{3,}|={3,}|-\.+-(?!>)))[ \t]*/g;
/** `A -- yes --> B`, in the three kinds of lines. */
const worded = [
  [/--[ \t]*([^\s>|-][^>|\n]*?)[ \t]*--+>/g, '-->|$1|'],
  [/==[ \t]*([^\s>|=][^>|\n]*?)[ \t]*==+>/g, '==>|$1|'],
  [/-\.[ \t]*([^\s>|.-][^>|\n]*?)[ \t]*\.+->/g, '-.->|$1|'],
] as const;

/**
 * A Mermaid description as the renderer reads it: it draws nothing, or half of it, where statements share a line, arrows
 * stand close to their names, or settings go before. Other kinds than flowcharts stay as they are but for what goes before.
 */
export function mermaidSource(text: string): string {
  const bare = text
    .replaceAll('\r\n', '\n')
    .replace(/^\s*---\n[^]*?\n---\s*\n/, '')
    .replace(/%%\{[^]*?\}%%/g, '')
    .trim();
  const [, header, rest] = /^((?:graph|flowchart)[ \t]+\w+)[ \t]*[;\n]([^]*)$/.exec(bare) ?? [];
  if (header === undefined || rest === undefined) return bare;
  const lines = rest
    .split(said)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(/;[ \t]*/g, '\n')))
    .join('')
    .split('\n');
  return [header, ...lines.map(spaced)].join('\n');
}

function spaced(line: string): string {
  const named = worded.reduce((found, [form, plain]) => found.replaceAll(form, plain), line);
  const parts = named.split(said);
  return parts
    .map((part, at) => {
      if (at % 2 === 1) return part.startsWith('|') ? `${part} ` : part;
      const wide = part.replaceAll(links, ' $1 ');
      // A word of an arrow follows it at once.
      return parts[at + 1]?.startsWith('|') ? wide.trimEnd() : wide;
    })
    .join('');
}
