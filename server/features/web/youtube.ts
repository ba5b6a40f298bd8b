/** The id of the video that an address shows; null for any other page. */
export function videoOf(url: URL): string | null {
  const host = url.hostname.replace(/^(www|m|music)\./, '');
  const id =
    host === 'youtu.be'
      ? url.pathname.slice(1)
      : host === 'youtube.com' || host === 'youtube-nocookie.com'
        ? (url.searchParams.get('v') ?? /^\/(?:shorts|live|embed)\/([^/]+)/.exec(url.pathname)?.[1])
        : null;
  return id && /^[\w-]{11}$/.test(id) ? id : null;
}

export type Captions = { title: string; author: string; track: string | null };
type Track = { baseUrl?: string; languageCode?: string; kind?: string };

/** What a watch page says of its video: its title and where its captions are, written by people before those by machines. */
export function readWatchPage(html: string): Captions | null {
  const json = objectAfter(html, 'ytInitialPlayerResponse = ');
  if (json === null) return null;
  const player = JSON.parse(json) as {
    videoDetails?: { title?: string; author?: string };
    captions?: { playerCaptionsTracklistRenderer?: { captionTracks?: Track[] } };
  };
  const tracks = player.captions?.playerCaptionsTracklistRenderer?.captionTracks ?? [];
  const best = tracks.find(({ kind }) => kind !== 'asr') ?? tracks[0];
  return {
    title: player.videoDetails?.title ?? 'Video',
    author: player.videoDetails?.author ?? '',
    track: best?.baseUrl ?? null,
  };
}

/** The JSON object that begins right after a mark; null where there is none that ends. */
function objectAfter(text: string, mark: string): string | null {
  const from = text.indexOf(mark) + mark.length;
  if (from < mark.length || text[from] !== '{') return null;
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{') depth += 1;
    else if (sign === '}' && --depth === 0) return text.slice(from, at + 1);
  }
  return null;
}

type Timed = { events?: { tStartMs?: number; segs?: { utf8?: string }[] }[] };
/** Speech is put into paragraphs of this length, each with its time. */
const paragraphMs = 60_000;

/** A transcript (`fmt=json3`) as text: a heading, then a paragraph a minute with the time it begins at. */
export function transcriptText({ title, author }: Captions, json: string): string {
  const paragraphs: { at: number; words: string[] }[] = [];
  for (const { tStartMs: at = 0, segs = [] } of (JSON.parse(json) as Timed).events ?? []) {
    const said = segs
      .map(({ utf8 = '' }) => utf8)
      .join('')
      .replace(/\s+/g, ' ')
      .trim();
    if (said === '') continue;
    const last = paragraphs.at(-1);
    if (last && at - last.at < paragraphMs) last.words.push(said);
    else paragraphs.push({ at, words: [said] });
  }
  const lines = paragraphs.map(({ at, words }) => `[${clock(at)}] ${words.join(' ')}`);
  return [`# ${title}`, ...(author ? [author] : []), ...lines].join('\n\n');
}

const clock = (ms: number): string => {
  const all = Math.floor(ms / 1_000);
  const [hours, minutes, seconds] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, all % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
};
