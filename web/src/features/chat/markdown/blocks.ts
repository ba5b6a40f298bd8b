const fence = /^\s*(?:>\s?|[-*+]\s+|\d{1,9}[.)]\s+)*(`{3,}|~{3,})([^`]*)$/;
const listItem = /^(?!([-*])\s*(?:\1\s*){2,}$)(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
/** What is defined in one place and used in another. */
const definition = /^ {0,3}\[[^\]]+\]:|\[\^[\w-]+\]/m;

/** The fence that is open at the end of a line, given the one that was open before it; '' for none. */
function fenceAfter(line: string, open: string): string {
  const [, mark = '', rest = ''] = fence.exec(line) ?? [];
  if (mark === '') return open;
  if (open === '') return mark;
  return mark.startsWith(open) && rest.trim() === '' ? '' : open;
}

/** Whether a text ends within a fenced block. */
export const endsInFence = (text: string): boolean =>
  text.split('\n').reduce((open, line) => fenceAfter(line, open), '') !== '';

/**
 * Cuts Markdown into pieces that mean the same alone: at blank lines, but not within fences, display maths, lists, or what
 * is indented. Put together the pieces are the text again. One with definitions is one piece.
 */
export function blocksOf(text: string): string[] {
  if (definition.test(text)) return [text];
  const blocks: string[] = [];
  let block = '';
  let open = '';
  let inMaths = false;
  let inList = false;
  let afterBlank = false;
  for (const line of text.split(/(?<=\n)/)) {
    const begins = /^\S/.test(line);
    if (afterBlank && begins && open === '' && !inMaths && !(inList && listItem.test(line))) {
      blocks.push(block);
      block = '';
      inList = false;
    }
    block += line;
    if (begins && open === '' && !inMaths) inList = listItem.test(line) || (inList && !afterBlank);
    open = fenceAfter(line.trimEnd(), open);
    if (open === '' && line.split('$$').length % 2 === 0) inMaths = !inMaths;
    afterBlank = line.trim() === '';
  }
  if (block !== '') blocks.push(block);
  return blocks;
}

/** `blocksOf` for a text that grows: only its end is looked at again. */
export function growingBlocks(): (text: string) => string[] {
  let before = { text: '', blocks: [] as string[] };
  return (text) => {
    // What has come may make the last piece part of the one before it.
    const kept = text.startsWith(before.text) ? before.blocks.slice(0, -2) : [];
    const rest = text.slice(kept.reduce((length, block) => length + block.length, 0));
    const blocks = definition.test(rest) ? [text] : [...kept, ...blocksOf(rest)];
    before = { text, blocks };
    return blocks;
  };
}
