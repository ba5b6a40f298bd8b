import { AppError } from '../../lib/errors.ts';

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

/** Where its watch page is: in the way (`http` or `https`, and the port) that the address names. */
export const watchAddress = ({ protocol, port }: URL, id: string): URL =>
  new URL(`${protocol}//www.youtube.com${port && `:${port}`}/watch?v=${id}`);

export type Captions = { title: string; author: string; track: string };
type Track = { baseUrl?: string; languageCode?: string; kind?: string };
type Player = {
  playabilityStatus?: { status?: string; reason?: string };
  videoDetails?: { title?: string; author?: string };
  captions?: { playerCaptionsTracklistRenderer?: { captionTracks?: Track[] } };
};

/**
 * What a watch page says of its video: its title and where its captions are, written by people before those by machines.
 * FILE_UNREADABLE, with the reason in words, where there are none or the page says nothing that is known.
 */
export function readWatchPage(html: string): Captions {
  const player = playerIn(html);
  if (player === null)
    throw unreadable(
      'YouTube did not show the page of this video as it used to. Try again later, or upload a transcript as a file.',
    );
  const { status = 'OK', reason } = player.playabilityStatus ?? {};
  const title = player.videoDetails?.title ?? 'Video';
  const tracks = player.captions?.playerCaptionsTracklistRenderer?.captionTracks ?? [];
  const track = (tracks.find(({ kind }) => kind !== 'asr') ?? tracks[0])?.baseUrl;
  if (track !== undefined) return { title, author: player.videoDetails?.author ?? '', track };
  if (status === 'OK') throw unreadable('This video has no captions that could be read.');
  throw unreadable(
    status === 'LOGIN_REQUIRED'
      ? 'YouTube shows this video to signed-in people alone: it is private, or not for everybody.'
      : `YouTube does not show this video${reason ? `: ${reason.slice(0, 200)}` : '.'}`,
  );
}

export const unreadable = (message: string): AppError => new AppError('FILE_UNREADABLE', { message });

function playerIn(html: string): Player | null {
  const from = /ytInitialPlayerResponse\s*=\s*(?=\{)/.exec(html);
  const json = from && objectAt(html, from.index + from[0].length);
  if (!json) return null;
  try {
    return JSON.parse(json) as Player;
  } catch {
    return null;
  }
}

/** The JSON object that begins here; null where it has no end. */
function objectAt(text: string, from: number): string | null {
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
