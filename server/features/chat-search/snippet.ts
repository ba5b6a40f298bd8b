import { detectLanguage } from '../../lib/text/language.ts';
import { analyse } from '../../lib/text/terms.ts';

/** Characters shown before the first word that was found, and in all. */
const LEAD = 60;
const LENGTH = 220;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);

type Span = { start: number; end: number };

/**
 * A piece of a text around the first of its words that has one of these terms: on one line, escaped as HTML, with each
 * such word in `<mark>`. The beginning of the text where none of its first `searched` characters has one.
 */
export function snippetOf(content: string, terms: ReadonlySet<string>, searched: number): string {
  const text = content.slice(0, searched);
  const marks = spansOf(text, terms);
  const first = marks[0]?.start ?? 0;
  const start = first <= LEAD ? 0 : wordStart(text, first - LEAD, first);
  const end = Math.min(content.length, Math.max(start + LENGTH, marks[0]?.end ?? 0));
  let html = start > 0 ? '… ' : '';
  let at = start;
  for (const mark of marks.filter((each) => each.start >= start && each.end <= end)) {
    html += `${escape(text.slice(at, mark.start))}<mark>${escape(text.slice(mark.start, mark.end))}</mark>`;
    at = mark.end;
  }
  html += escape(whole(content.slice(at, end)));
  return (end < content.length ? `${html.trimEnd()} …` : html).replaceAll(/\s+/g, ' ').trim();
}

function spansOf(text: string, terms: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const { term, start, end } of analyse(text, detectLanguage(text))) {
    if (!terms.has(term) || start < (spans.at(-1)?.end ?? 0)) continue;
    spans.push({ start, end });
  }
  return spans;
}

/** Where a word begins, at or after a place; the place itself where there is none before `limit`. */
function wordStart(text: string, from: number, limit: number): number {
  const space = text.slice(from, limit).search(/\s\S/);
  return space < 0 ? from : from + space + 1;
}

/** Without half of a character at its end. */
const whole = (text: string): string => (/[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text);
