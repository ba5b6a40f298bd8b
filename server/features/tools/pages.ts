import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { safeFetch } from '../../lib/safe-fetch.ts';
import type { TextExtractor } from '../../platform/extract/driver.ts';

/** The readable text of a public address. Throws URL_BLOCKED, UNSUPPORTED_FILE_TYPE, and what fetching and reading throw. */
export type FetchPage = (url: string, signal: AbortSignal) => Promise<string>;

type Deps = { guard: OutboundGuard; extractor: TextExtractor; tempDir: string; maxBytes?: number };

const MAX_BYTES = 10 * 1024 * 1024;
/** Letters; more only dilute the answer. */
const MAX_TEXT = 40_000;

/** Fetches through the guard, and reads in the extractor's threads: a page is as hostile as a file. */
export function createPageFetcher({ guard, extractor, tempDir, maxBytes = MAX_BYTES }: Deps): FetchPage {
  return async (url, signal) => {
    const answer = await safeFetch(url, {
      guard,
      maxBytes,
      signal,
      headers: { accept: 'text/html, text/plain, */*;q=0.5' },
    });
    if (answer.status !== 200)
      throw new AppError('VALIDATION_FAILED', {
        message: `The page could not be fetched: its server answered ${answer.status}.`,
      });
    const type = (answer.headers.get('content-type') ?? 'text/html').split(';')[0]?.trim().toLowerCase() ?? '';
    const contentType = type === 'application/xhtml+xml' ? 'text/html' : type;
    if (!extractor.contentTypes.has(contentType)) throw new AppError('UNSUPPORTED_FILE_TYPE');
    await mkdir(tempDir, { recursive: true });
    const path = join(tempDir, `page-${newId()}`);
    try {
      await writeFile(path, answer.body);
      const { pages } = await extractor.extract({ path, contentType }, signal, () => undefined);
      const text = pages
        .map((page) => page.text)
        .join('\n\n')
        .trim();
      const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n(The rest is left out for length.)` : text;
      return `${answer.url.href}\n\n${cut || '(The page has no text.)'}`;
    } finally {
      await rm(path, { force: true });
    }
  };
}
