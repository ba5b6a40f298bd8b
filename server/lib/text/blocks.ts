/** What a piece of text is, as its layout tells. */
export type BlockKind = 'heading' | 'paragraph' | 'item' | 'row' | 'code';
export type Block = { kind: BlockKind; text: string };

const bullet = /^\s*(?:[-*+•◦▪‣–—·●○■]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S/u;
const numberedHeading =
  /^\s*(?:(?:chapter|section|part|appendix|kapitel|abschnitt|anhang|teil|§)\s*)?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-Z])[.)]?\s+\p{Lu}/iu;
const sectionNumber = /^\s*\d{1,3}(?:\.\d{1,3})+\.?\s+\S/;
const markdownHeading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/;
const fence = /^\s*(?:```|~~~)/;
const tableRow = /^\s*\|.*\|\s*$|\S(?:\t| {3,})\S/;
/** A short name, a colon, and what it is. */
const fact = /^\s*[\p{Lu}\p{N}][^.:!?|]{0,40}:\s+\S/u;
const ended = /[.!?…:;,。！？；，]["'”»)\]]*\s*$/u;
/** A line hyphenated by the printer, but not a compound that goes on ("Vor- und Nachteile"). */
const brokenWord = /(?<=\p{Ll})[-\u00ad]\s*\n\s*(?!(?:und|oder|bzw|and|or|et|ou)\b)(?=\p{Ll})/gu;

/**
 * The blocks of a page in order. Lines of a paragraph are joined and words broken across lines are mended; headings,
 * list items (with the lines that go on below them), rows of tables and code keep to themselves.
 */
export function blocksOf(page: string): Block[] {
  const text = page.replace(/\r\n?/g, '\n').replace(brokenWord, '').replaceAll('\u00ad', '');
  const blocks: Block[] = [];
  for (const part of splitCode(text)) {
    if (part.code) blocks.push({ kind: 'code', text: part.text });
    else readGroups(part.text, blocks);
  }
  return blocks;
}

function splitCode(text: string): { code: boolean; text: string }[] {
  const parts: { code: boolean; lines: string[] }[] = [{ code: false, lines: [] }];
  for (const line of text.split('\n')) {
    const current = parts.at(-1);
    if (!fence.test(line)) current?.lines.push(line);
    else if (current?.code) {
      current.lines.push(line);
      parts.push({ code: false, lines: [] });
    } else parts.push({ code: true, lines: [line] });
  }
  return parts.map(({ code, lines }) => ({ code, text: lines.join('\n') })).filter((part) => part.text.trim() !== '');
}

function readGroups(text: string, blocks: Block[]): void {
  const groups = text.split(/\n\s*\n/).map((group) => group.split('\n').filter((line) => line.trim() !== ''));
  const isLoneItem = (group: readonly string[] | undefined): boolean =>
    group?.length === 1 && bullet.test(group[0] ?? '') && !sectionNumber.test(group[0] ?? '');
  for (const [at, group] of groups.entries()) {
    const [line = ''] = group;
    // "2. Contents" alone between empty lines heads what follows, unless it is one of several such lines.
    if (
      isLoneItem(group) &&
      isTitle(line) &&
      groups[at + 1]?.length &&
      !isLoneItem(groups[at - 1]) &&
      !isLoneItem(groups[at + 1])
    ) {
      blocks.push({ kind: 'heading', text: clean(line) });
    } else readGroup(group, blocks);
  }
}

const isTitle = (line: string): boolean =>
  numberedHeading.test(line) && !ended.test(line) && line.trim().split(/\s+/).length <= 10;

/** Lines without an empty one between them. */
function readGroup(lines: readonly string[], blocks: Block[]): void {
  let open: Block | null = null;
  const isAmongFacts = lines.filter((line) => fact.test(line)).length > 1;
  for (const [at, line] of lines.entries()) {
    const kind = kindOfLine(line, lines[at - 1], lines[at + 1], isAmongFacts);
    const continues = open && kind === 'paragraph' && (open.kind === 'paragraph' || open.kind === 'item');
    if (open && continues) open.text += ` ${clean(line)}`;
    else {
      const markdown = markdownHeading.exec(line)?.[1];
      open = { kind, text: clean(markdown ?? line) };
      if (open.text !== '') blocks.push(open);
    }
  }
}

const clean = (line: string): string => line.replace(/[^\S\t]+/g, (space) => (space.length > 2 ? '   ' : ' ')).trim();

function kindOfLine(
  line: string,
  previous: string | undefined,
  next: string | undefined,
  isAmongFacts: boolean,
): BlockKind {
  if (markdownHeading.test(line)) return 'heading';
  if (looksLikeHeading(line, previous, next)) return 'heading';
  if (bullet.test(line)) return 'item';
  // "Weight: 4.2 kg" among its like: a list of facts.
  if (isAmongFacts && fact.test(line)) return 'item';
  return tableRow.test(line) ? 'row' : 'paragraph';
}

/** Short, without the stop of a sentence, and set off: numbered, in capitals, or alone before running text. */
function looksLikeHeading(line: string, previous: string | undefined, next: string | undefined): boolean {
  const text = line.trim();
  const count = text.split(/\s+/).length;
  if (text.length > 90 || count > 12 || ended.test(text) || !/\p{L}{2}/u.test(text) || tableRow.test(line))
    return false;
  const setOff = previous === undefined || ended.test(previous) || bullet.test(previous);
  if (sectionNumber.test(text) && /\p{Lu}/u.test(text)) return true;
  if (bullet.test(line)) {
    // "1. Safety" heads a section where a paragraph follows it, and is an item where its like does.
    return isTitle(line) && previous === undefined && next !== undefined && !bullet.test(next) && count <= 8;
  }
  if (numberedHeading.test(text) && setOff && count <= 10) return true;
  if (/\p{Lu}{2}/u.test(text) && text === text.toUpperCase() && count <= 10) return true;
  const alone = previous === undefined && next === undefined;
  const startsLikeTitle = /^[\p{Lu}\p{N}«"“]/u.test(text);
  if (alone) return startsLikeTitle && count <= 10;
  return (
    startsLikeTitle &&
    setOff &&
    count <= 7 &&
    next !== undefined &&
    !tableRow.test(next) &&
    /^\s*\p{Lu}/u.test(next) &&
    next.trim().length > text.length * 1.5
  );
}
