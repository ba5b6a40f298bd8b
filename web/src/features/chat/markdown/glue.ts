/** What is needed here of a tree of HTML. */
export type Node = {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
};

/** As much of a word as keeps a mark from standing alone; the rest of a long one may still break. */
const held = 12;
const divisible = new Set(['strong', 'em', 'del']);
const whole = new Set(['code', 'a', 'sub', 'sup']);
/** A full stop or comma closes up to the mark before it; other marks only where they stand next to it already. */
const following = /^(?:\s*[.,…]+|[;:!?]+)?[)\]”’"»]*[.,;:!?…]*/;
/** What stands between two marks of one row, as in `[1], [2]`. */
const between = /^\s*[,;]?\s*$/;

const text = (value: string): Node => ({ type: 'text', value });
const isMark = (node: Node | undefined): boolean => node?.tagName === 'cite';
const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

/** Takes the last word off a list of inline nodes, and the white space behind it; nothing, where there is none. */
function takeLastWord(nodes: Node[]): Node[] {
  const last = nodes.at(-1);
  if (last?.type === 'text') {
    const kept = (last.value ?? '').trimEnd();
    if (kept === '') {
      nodes.pop();
      return takeLastWord(nodes);
    }
    const word = [...(/\S+$/.exec(kept)?.[0] ?? '')].slice(-held).join('');
    const rest = kept.slice(0, kept.length - word.length);
    nodes.splice(-1, 1, ...(rest === '' ? [] : [text(rest)]));
    return [text(word)];
  }
  if (last?.children && divisible.has(last.tagName ?? '')) {
    const children = [...last.children];
    const word = takeLastWord(children);
    if (word.length === 0) return [];
    nodes.splice(-1, 1, ...(children.length === 0 ? [] : [{ ...last, children }]));
    return [{ ...last, children: word }];
  }
  if (last && whole.has(last.tagName ?? '') && textOf(last).length <= held) return nodes.splice(-1, 1);
  return [];
}

/**
 * Keeps marks of citation on one line with the word before and the punctuation after: `word [1] .` becomes a span that
 * does not break, without the gaps. The white space taken away stays inside the mark, for where it is shown as text.
 */
export function glueMarks(nodes: Node[]): Node[] {
  const rest = [...nodes];
  const done: Node[] = [];
  for (let node = rest.shift(); node; node = rest.shift()) {
    if (!isMark(node)) {
      done.push(node);
      continue;
    }
    const before = done.at(-1);
    const gap = before?.type === 'text' && /\s$/.test(before.value ?? '') ? ' ' : '';
    const row = [withGap(node, gap)];
    while (isMark(rest[0]) || (rest[0]?.type === 'text' && between.test(rest[0].value ?? '') && isMark(rest[1]))) {
      const apart = isMark(rest[0]) ? '' : (rest.shift()?.value ?? '');
      const next = rest.shift();
      if (next) row.push(withGap(next, apart));
    }
    const word = takeLastWord(done);
    const after = rest[0]?.type === 'text' ? (rest[0].value ?? '') : '';
    const marks = following.exec(after)?.[0] ?? '';
    if (marks !== '') {
      rest.shift();
      if (after.length > marks.length) rest.unshift(text(after.slice(marks.length)));
      row.push(text(marks.trimStart()));
    }
    done.push({ type: 'element', tagName: 'span', properties: { className: ['cited'] }, children: [...word, ...row] });
  }
  return done;
}

const withGap = (mark: Node, gap: string): Node =>
  gap === '' ? mark : { ...mark, children: [text(gap), ...(mark.children ?? [])] };
