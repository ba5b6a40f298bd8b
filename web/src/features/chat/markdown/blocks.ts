const fence = /^\s*(?:>\s?|[-*+]\s+|\d{1,9}[.)]\s+)*(`{3,}|~{3,})([^`]*)$/;
const listItem = /^(?!([-*])\s*(?:\1\s*){2,}$)(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
/** HTML that ends at a mark of its own, not at a blank line. */
const openHtml = /^\s*(?:>\s?|[-*+]\s+|\d{1,9}[.)]\s+)*<(?:script|pre|style|textarea|[!?])/i;
/** Other HTML, which takes the lines up to the next blank one with it. */
const html = /^\s*(?:>\s?|[-*+]\s+|\d{1,9}[.)]\s+)*<[/a-z]/i;
/** What is defined in one place and used in another. */
const definition = /^ {0,3}\[[^\]]+\]:|\[\^[\w-]+\]/m;

/** The fence that is open at a place, and whether it began within a list or a quotation. */
type Fence = { mark: string; inside: boolean };
const none: Fence = { mark: '', inside: false };

/** The fence that is open at the end of a line, given the one that was open before it. Outside of lists and quotations only their own mark ends them. */
function fenceAfter(line: string, open: Fence, inList: boolean): Fence {
  const [, mark = '', rest = ''] = fence.exec(line) ?? [];
  if (mark === '') return open;
  const atTop = /^ {0,3}[`~]/.test(line);
  if (open.mark === '') return { mark, inside: inList || !atTop };
  return mark.startsWith(open.mark) && rest.trim() === '' && (open.inside || atTop) ? none : open;
}

/** Whether a text ends within a fenced block. */
export const endsInFence = (text: string): boolean =>
  text.split('\n').reduce((open, line) => fenceAfter(line, open, false), none).mark !== '';

/**
 * Cuts Markdown into pieces that mean the same alone: at blank lines, but not within fences, display maths, lists, or what
 * is indented. Put together the pieces are the text again. One with definitions is one piece, and so is all that follows where only the
 * parser knows what a line belongs to: HTML around code or with an end of its own, or a list that ended within its code.
 */
export function blocksOf(text: string): string[] {
  if (definition.test(text)) return [text];
  const blocks: string[] = [];
  let block = '';
  let open = none;
  let inMaths = false;
  let inList = false;
  let afterBlank = false;
  let unclear = false;
  let inHtml = false;
  for (const line of text.split(/(?<=\n)/)) {
    const begins = /^\S/.test(line);
    if (afterBlank && begins && open.mark === '' && !inMaths && !unclear && !(inList && listItem.test(line))) {
      blocks.push(block);
      block = '';
      inList = false;
    }
    block += line;
    if (begins && open.mark === '') inList = listItem.test(line) || (inList && !afterBlank);
    if (open.mark === '') unclear ||= openHtml.test(line);
    else unclear ||= open.inside && begins && line.trim() !== '';
    const after = fenceAfter(line.trimEnd(), open, inList);
    inHtml = line.trim() !== '' && (inHtml || html.test(line));
    unclear ||= inHtml && after !== open;
    open = after;
    if (open.mark === '' && line.split('$$').length % 2 === 0) inMaths = !inMaths;
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
