import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page, Response } from '@playwright/test';
import { build } from 'vite';
import { codeWord } from './answers.ts';
import { browserPath, openBrowser, signIn, slowDown } from './browser.ts';
import { ask, firstAdmin, root, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median } from './stats.ts';

const SIGN_IN_KB = 180;
const CHAT_KB = 280;
const PAINT_MS = 1_500;
const CPU_RATE = 4;
/** Long enough for the largest paint to be the last one. */
const QUIET_MS = 1_000;
const SETTLE_LIMIT_MS = 20_000;

type Visit = { scriptKb: number; scripts: number; paintMs: number };
/** A page of one heading tells what the browser and the machine cost by themselves. */
const kinds = ['blank', 'signIn', 'chat', 'code'] as const;
type Kind = (typeof kinds)[number];
type Visits = Record<Kind, Visit[]>;
type Place = { url: string; signedIn: boolean; shows: string };

/** What a browser has to load before a page can be used, and how soon it shows its largest part on a slow machine. */
export async function firstLoad(machine: Machine, options: Options): Promise<Row[]> {
  const executablePath = browserPath();
  if (executablePath === null) return [skipped('P14', 'first load', 'no Chromium found; set CHROMIUM to its path')];
  const built = existsSync(join(root, 'web', 'dist', 'index.html'));
  if (!built) await build({ root: join(root, 'web'), logLevel: 'error' });

  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'provider', 'anywhere');
  await using carrel = await startCarrel(machine, {
    dataDir: folder.path,
    env: withProvider(provider),
    place: 'anywhere',
  });
  const token = await firstAdmin(carrel.url);
  const prose = await ask(carrel.url, token, { content: 'How do I keep bread fresh?' });
  const code = await ask(carrel.url, token, { content: `Show me a ${codeWord} for the area of a circle.` });

  const browser = await openBrowser(executablePath);
  try {
    // In the page itself: its last messages are drawn before its code has come.
    const inPage = (text: string): string => `[data-scroller] >> text=${text}`;
    const places: Record<Kind, Place> = {
      blank: { url: `${provider.url}/page`, signedIn: false, shows: 'h1' },
      signIn: { url: `${carrel.url}/sign-in`, signedIn: false, shows: 'input[type="password"]' },
      chat: { url: `${carrel.url}/c/${prose.conversationId}`, signedIn: true, shows: inPage('Keeping bread fresh') },
      code: { url: `${carrel.url}/c/${code.conversationId}`, signedIn: true, shows: inPage('radius') },
    };
    const visits: Visits = { blank: [], signIn: [], chat: [], code: [] };
    for (let round = 0; round < options.rounds; round += 1) {
      for (const name of kinds) visits[name].push(await visit(browser, carrel.url, places[name]));
    }
    return rowsOf(visits);
  } finally {
    await browser.close();
  }
}

function rowsOf({ blank, signIn, chat, code }: Visits): Row[] {
  const size = (what: string, visits: Visit[], limit?: number): Figure => ({
    id: 'P14',
    what: `${what} (${visits[0]?.scripts ?? 0} files)`,
    unit: 'kB',
    // The same bytes in every round: one value is enough, the largest if a late file was missed once.
    rounds: [Math.max(...visits.map(({ scriptKb }) => scriptKb))],
    ...(limit !== undefined && { limit }),
  });
  const paint = (what: string, visits: Visit[]): Figure => ({
    id: 'P14',
    what: `largest contentful paint, CPU ÷ ${CPU_RATE}: ${what}`,
    unit: 'ms',
    rounds: visits.map(({ paintMs }) => paintMs),
    limit: PAINT_MS,
    peer: `page of one heading ${median(blank.map(({ paintMs }) => paintMs)).toFixed(0)} ms`,
  });
  return [
    size('first-load JavaScript, gzip: sign-in', signIn, SIGN_IN_KB),
    size('first-load JavaScript, gzip: chat with a Markdown answer', chat, CHAT_KB),
    size('  the same with code and a formula in the answer', code),
    paint('sign-in', signIn),
    paint('chat with a Markdown answer', chat),
  ];
}

/** One visit with nothing in the browser's cache. */
async function visit(browser: Browser, origin: string, { url, signedIn, shows }: Place): Promise<Visit> {
  const context = await browser.newContext();
  try {
    if (signedIn) await signIn(context, origin);
    const page = await context.newPage();
    await slowDown(page, CPU_RATE);
    const scripts: Response[] = [];
    let lastAt = performance.now();
    page.on('request', () => (lastAt = performance.now()));
    page.on('response', (response) => {
      lastAt = performance.now();
      if (/javascript/.test(response.headers()['content-type'] ?? '')) scripts.push(response);
    });
    await page.goto(url, { waitUntil: 'load' });
    await page.locator(shows).first().waitFor({ timeout: SETTLE_LIMIT_MS });
    // What is fetched ahead once the page rests is no part of its first load.
    const first = [...scripts];
    const limit = performance.now() + SETTLE_LIMIT_MS;
    while (performance.now() - lastAt < QUIET_MS && performance.now() < limit) await sleep(50);
    const paintMs = await largestPaint(page);
    const bodies = await Promise.all(first.map((script) => script.body()));
    const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    return { scriptKb: bytes / 1_000, scripts: first.length, paintMs };
  } finally {
    await context.close();
  }
}

/** Milliseconds from the navigation to the newest candidate (W3C Largest Contentful Paint). */
const largestPaint = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
      .observe({ type: 'largest-contentful-paint', buffered: true });
  })`);
