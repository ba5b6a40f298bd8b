import { Parser } from 'htmlparser2';
import { unreadable, type Captions } from './youtube.ts';

/** Words, and when they are said (ms). */
type Said = { at: number; words: string };
type Timed = { events?: { tStartMs?: number; segs?: { utf8?: string }[] }[] };

/** Speech is put into paragraphs of this length, each with its time. */
const paragraphMs = 60_000;

/**
 * A transcript as text: a heading, then a paragraph a minute with the time it begins at. Reads what YouTube answers with:
 * JSON (`fmt=json3`), or XML, old (`<text start="1.5">`) and new (`<p t="1500">`). FILE_UNREADABLE for anything else.
 */
export function transcriptText({ title, author }: Omit<Captions, 'track'>, answer: string): string {
  const paragraphs: { at: number; words: string[] }[] = [];
  for (const { at, words } of saidIn(answer)) {
    const said = words.replace(/\s+/g, ' ').trim();
    if (said === '') continue;
    const last = paragraphs.at(-1);
    if (last && at - last.at < paragraphMs) last.words.push(said);
    else paragraphs.push({ at, words: [said] });
  }
  if (paragraphs.length === 0)
    throw unreadable('YouTube gave no words of this video, though it says that there are captions.');
  const lines = paragraphs.map(({ at, words }) => `[${clock(at)}] ${words.join(' ')}`);
  return [`# ${title}`, ...(author ? [author] : []), ...lines].join('\n\n');
}

function saidIn(answer: string): Said[] {
  const text = answer.trimStart();
  if (text.startsWith('<')) return saidInXml(text);
  if (text === '') return [];
  try {
    const { events = [] } = JSON.parse(text) as Timed;
    return events.map(({ tStartMs: at = 0, segs = [] }) => ({ at, words: segs.map(({ utf8 = '' }) => utf8).join('') }));
  } catch {
    throw unreadable('The captions of this video came in a form that is not known here.');
  }
}

function saidInXml(xml: string): Said[] {
  const all: Said[] = [];
  let inside = false;
  const parser = new Parser(
    {
      onopentag(name, { start, t }) {
        if (name !== 'text' && name !== 'p') return;
        inside = true;
        all.push({ at: name === 'p' ? Number(t ?? 0) : Math.round(Number(start ?? 0) * 1_000), words: '' });
      },
      ontext(words) {
        const last = all.at(-1);
        if (inside && last) last.words += words;
      },
      onclosetag(name) {
        if (name === 'text' || name === 'p') inside = false;
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  // The old form has its entities twice: `it&amp;#39;s`.
  return all.map(({ at, words }) => ({
    at: at || 0,
    words: words.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? ''),
  }));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const clock = (ms: number): string => {
  const all = Math.floor(ms / 1_000);
  const [hours, minutes, seconds] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, all % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
};
