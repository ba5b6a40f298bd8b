import { Parser } from 'htmlparser2';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { safeFetch, type SafeResponse } from '../../lib/safe-fetch.ts';
import { transcriptText } from './transcript.ts';
import { readWatchPage, unreadable, videoOf, watchAddress } from './youtube.ts';

/** What was fetched from an address, ready to be kept as a file. */
export type FetchedPage = PageVersion & { url: string; title: string; filename: string; body: Buffer };
/** What a site says of the version of a page, to be told when it is asked again. */
export type PageVersion = { etag: string | null; lastModified: string | null };

type Deps = {
  /** Addresses come from people: nothing private is let through, whatever model servers may stand there. */
  guard: OutboundGuard;
  userAgent: string;
};

const maxBytes = 20 * 1024 * 1024;
const timeoutMs = seconds(15);
/** Where a page's title is looked for. */
const headBytes = 256 * 1024;

const endings: Readonly<Record<string, string>> = {
  'text/html': '.html',
  'application/xhtml+xml': '.html',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/markdown': '.md',
  'text/csv': '.csv',
  'application/json': '.json',
};

export type WebPages = ReturnType<typeof createWebPages>;

/** Gets what is at an address: a page, a document, or what is said in a video. */
export function createWebPages({ guard, userAgent }: Deps) {
  async function checkAddress(address: string): Promise<URL> {
    return guard.checkUrl(address).catch((error: unknown) => {
      throw error instanceof AppError ? inWords(error) : error;
    });
  }

  async function get(
    url: string | URL,
    signal?: AbortSignal,
    version: Partial<PageVersion> = {},
  ): Promise<SafeResponse> {
    const conditions = {
      ...(version.etag && { 'if-none-match': version.etag }),
      ...(version.lastModified && { 'if-modified-since': version.lastModified }),
    };
    const headers = { 'user-agent': userAgent, accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...conditions };
    const answer = await safeFetch(url, { guard, headers, maxBytes, timeoutMs, ...(signal && { signal }) }).catch(
      (error: unknown) => {
        if (!(error instanceof AppError) || signal?.aborted) throw error;
        throw inWords(error);
      },
    );
    const unchanged = answer.status === 304 && Object.keys(conditions).length > 0;
    if (!unchanged && (answer.status < 200 || answer.status > 299))
      throw new AppError('PROVIDER_ERROR', { message: `The site answered with an error (${answer.status}).` });
    return answer;
  }

  async function video(url: URL, signal?: AbortSignal): Promise<FetchedPage> {
    const watch = await get(url, signal);
    const captions = readWatchPage(watch.body.toString('utf8'));
    const track = URL.parse(captions.track, url.href);
    if (!track) throw unreadable('This video has no captions that could be read.');
    track.searchParams.set('fmt', 'json3');
    const text = transcriptText(captions, (await get(track, signal)).body.toString('utf8'));
    const filename = fileName(captions.title, '.md');
    return { url: url.href, title: captions.title, filename, body: Buffer.from(text), etag: null, lastModified: null };
  }

  /** Null where the site says that it is as it was. */
  async function fetchIfChanged(
    address: string,
    version: Partial<PageVersion>,
    signal?: AbortSignal,
  ): Promise<FetchedPage | null> {
    const asked = await checkAddress(address);
    const id = videoOf(asked);
    if (id !== null) return video(watchAddress(asked, id), signal);
    const { url, status, headers, body } = await get(address, signal, version);
    if (status === 304) return null;
    if (body.length === 0) throw new AppError('FILE_UNREADABLE', { message: 'There is nothing at this address.' });
    const type = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const ending = endings[type] ?? /\.[a-z0-9]{1,8}$/i.exec(url.pathname)?.[0] ?? '.html';
    const last = decodeURIComponentSafely(url.pathname.split('/').findLast(Boolean) ?? '');
    const title = (ending === '.html' ? titleOf(body) : last) || last || url.hostname;
    return {
      url: url.href,
      title,
      filename: fileName(title, ending),
      body,
      etag: headers.get('etag'),
      lastModified: headers.get('last-modified'),
    };
  }

  return {
    /** The address as it is fetched. URL_BLOCKED for one that may not be. */
    checkAddress,

    /** Rejects with URL_BLOCKED, PAYLOAD_TOO_LARGE (20 MB), PROVIDER_TIMEOUT (15 s), PROVIDER_UNREACHABLE, PROVIDER_ERROR or FILE_UNREADABLE. */
    async fetch(address: string, signal?: AbortSignal): Promise<FetchedPage> {
      const page = await fetchIfChanged(address, {}, signal);
      if (page === null) throw new AppError('PROVIDER_ERROR', { message: 'The site answered with an error (304).' });
      return page;
    },

    /** The same, and null where it is still the version that is known: a site that knows versions is asked for changes alone. */
    fetchIfChanged,
  };
}

/** The catalogue's own sentences speak of model servers, and the guard's of OUTBOUND_ALLOW, which opens nothing for pages. */
function inWords(error: AppError): AppError {
  const message = {
    PROVIDER_TIMEOUT: 'The site took too long to answer.',
    PROVIDER_UNREACHABLE: 'The site could not be reached.',
    PAYLOAD_TOO_LARGE: 'The page is larger than the 20 MB that are fetched.',
  }[error.code as string];
  if (error.code === 'URL_BLOCKED') return new AppError(error.code, { message: error.message, cause: error });
  return message ? new AppError(error.code, { message, cause: error }) : error;
}

/** What stands in the page's `<title>`, as far as UTF-8 can read it. */
function titleOf(body: Buffer): string {
  let title = '';
  let inside = false;
  let done = false;
  const parser = new Parser({
    onopentagname: (name) => void (inside = name === 'title' && !done),
    ontext: (text) => void (inside && (title += text)),
    onclosetag(name) {
      if (name === 'title') [inside, done] = [false, true];
    },
  });
  parser.end(body.subarray(0, headBytes).toString('utf8'));
  return title.replace(/\s+/g, ' ').trim().slice(0, 300);
}

const fileName = (title: string, ending: string): string => {
  const name = title.replace(/[/\\]+/g, ' ').slice(0, 200);
  return name.toLowerCase().endsWith(ending.toLowerCase()) ? name : name + ending;
};

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
