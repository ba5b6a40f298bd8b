import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Passage } from '../../../shared/api/passages.ts';
import type { WebResult } from '../../../shared/api/web.ts';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { analyse } from '../../lib/text/terms.ts';
import { detectLanguage } from '../../lib/text/language.ts';
import type { TextExtractor } from '../../platform/extract/driver.ts';
import type { WebSearch } from '../../platform/web-search/driver.ts';
import type { WebPages } from './pages.ts';

type Deps = {
  pages: WebPages;
  search: WebSearch | null;
  extractor: TextExtractor;
  /** What bytes are; null for what cannot be read. */
  sniff(head: Uint8Array, filename: string): Promise<string | null>;
  tempDir: string;
};

/** Characters of a page that are given back. */
const longest = 200_000;
/** Pages that an answer reads, and how long it waits for them. */
const pagesRead = 4;
const pageWaitMs = seconds(8);
/** Characters of one passage of a page. */
const pieceLength = 1_200;
const piecesPerPage = 2;

export type WebService = ReturnType<typeof createWebService>;

/** Reads pages and looks things up. Pages are read in the worker that reads files. */
export function createWebService({ pages, search, extractor, sniff, tempDir }: Deps) {
  async function read(address: string, signal: AbortSignal) {
    const page = await pages.fetch(address, signal);
    const contentType = await sniff(page.body, page.filename);
    if (contentType === null || !extractor.contentTypes.has(contentType))
      throw new AppError('UNSUPPORTED_FILE_TYPE', { message: 'What is at this address cannot be read.' });
    await mkdir(tempDir, { recursive: true, mode: 0o700 });
    const directory = await mkdtemp(join(tempDir, 'read-'));
    try {
      const path = join(directory, 'page');
      await writeFile(path, page.body, { mode: 0o600 });
      const extraction = await extractor.extract({ path, contentType }, signal, () => undefined);
      const text = extraction.pages.map((part) => part.text).join('\n\n');
      return { url: page.url, title: page.title, content_type: contentType, text };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  const searcher = (): WebSearch => {
    if (search) return search;
    throw new AppError('NOT_FOUND', {
      message: 'Web search is switched off here.',
      details: { suggestion: 'An admin can switch it on with WEB_SEARCH_PROVIDER.' },
    });
  };

  return {
    /** Whether questions can be looked up. */
    searches: search !== null,

    async fetch(address: string, signal: AbortSignal) {
      const page = await read(address, signal);
      return { ...page, text: page.text.slice(0, longest), truncated: page.text.length > longest };
    },

    async search(q: string, limit: number, signal?: AbortSignal): Promise<{ provider: string; items: WebResult[] }> {
      const service = searcher();
      return { provider: service.name, items: await service.search(q, limit, signal) };
    },

    /** NOT_FOUND where nothing can be looked up. */
    check: (): void => void searcher(),

    /** What the web says about a question: of the first pages the parts that have most of its words; of others what the search shows. */
    async passages(question: string, limit: number, signal: AbortSignal): Promise<Passage[]> {
      const hits = await searcher().search(question.slice(0, 400), limit, signal);
      const found = await Promise.all(
        hits.map(async ({ url, title, snippet }, at) => {
          const text = at < pagesRead ? await textWithin(url, signal) : '';
          const pieces = text ? bestPieces(text, question) : [];
          const source = { kind: 'web' as const, id: newId(), title, url };
          return (pieces.length > 0 ? pieces : [snippet]).filter(Boolean).map((piece) => ({ source, text: piece }));
        }),
      );
      signal.throwIfAborted();
      const all = found.flat().slice(0, limit);
      return all.map((passage, at) => ({ ...passage, score: Math.round((1 - at / all.length) * 1_000) / 1_000 }));
    },
  };

  /** The text of a page, or nothing where it does not come in time: the search's own words do then. */
  async function textWithin(url: string, signal: AbortSignal): Promise<string> {
    try {
      return (await read(url, AbortSignal.any([signal, AbortSignal.timeout(pageWaitMs)]))).text;
    } catch {
      return '';
    }
  }
}

/** The parts of a text that have the most different words of the question, in the text's order. */
function bestPieces(text: string, question: string): string[] {
  const language = detectLanguage(question);
  const asked = new Set(analyse(question, language).map(({ term }) => term));
  const pieces = piecesOf(text).map((piece, at) => {
    const terms = new Set(analyse(piece, language).map(({ term }) => term));
    return { piece, at, hits: [...asked].filter((term) => terms.has(term)).length };
  });
  return pieces
    .filter(({ hits }) => hits > 0)
    .sort((a, b) => b.hits - a.hits || a.at - b.at)
    .slice(0, piecesPerPage)
    .sort((a, b) => a.at - b.at)
    .map(({ piece }) => piece);
}

/** A text cut at empty lines into parts of about the same length. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const block of text.slice(0, longest).split(/\n{2,}/)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + block.length < pieceLength)
      pieces[pieces.length - 1] = `${last}\n\n${block}`;
    else for (let at = 0; at < block.length; at += pieceLength) pieces.push(block.slice(at, at + pieceLength));
  }
  return pieces;
}
