import { chromium } from '@playwright/test';
import lighthouse, { desktopConfig, type Config, type Result } from 'lighthouse';
import { freePort } from '../process.ts';
import { browserPath, signIn } from './browser.ts';
import { ask, firstAdmin, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import { start, temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median } from './stats.ts';

const SCORE = 95;
/** As many as Lighthouse's own guide to its variance asks for at least; each takes some ten seconds. */
const ROUNDS = 3;

const presets: Record<string, Config> = { desktop: desktopConfig, mobile: { extends: 'lighthouse:default' } };
/** What the machine has no say in. */
const steady = { accessibility: 'accessibility', 'best-practices': 'best practices', seo: 'SEO' };
const metrics = {
  'first-contentful-paint': 'FCP',
  'largest-contentful-paint': 'LCP',
  'total-blocking-time': 'TBT',
  'speed-index': 'SI',
};

/** The four scores of Lighthouse, for a stranger at the door and for somebody who opens a chat, as it simulates both kinds of machine. */
export async function scores(machine: Machine): Promise<Row[]> {
  const executablePath = browserPath();
  if (executablePath === null) return [skipped('P14', 'Lighthouse', 'no Chromium found; set CHROMIUM to its path')];
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'provider', 'anywhere');
  await using carrel = await startCarrel(machine, {
    dataDir: folder.path,
    env: withProvider(provider),
    place: 'anywhere',
  });
  const token = await firstAdmin(carrel.url);
  const { conversationId } = await ask(carrel.url, token, { content: 'How do I keep bread fresh?' });

  await using stranger = await startBrowser(executablePath);
  await using known = await startBrowser(executablePath);
  await enter(known.port, carrel.url);
  const places = [
    { name: 'sign-in', port: stranger.port, path: '/sign-in' },
    { name: 'chat', port: known.port, path: `/c/${conversationId}` },
  ];
  const rows: Row[] = [];
  for (const [preset, config] of Object.entries(presets))
    for (const { name, port, path } of places) {
      const results: Result[] = [];
      while (results.length < ROUNDS) results.push(await look(carrel.url + path, port, config));
      rows.push(...rowsOf(`Lighthouse, ${preset}: ${name}`, results));
    }
  return rows;
}

function rowsOf(what: string, results: readonly Result[]): Row[] {
  const scoresOf = (category: string): number[] =>
    results.map(({ categories }) => Math.round((categories[category]?.score ?? 0) * 100));
  const middle = (metric: string): string =>
    median(results.map(({ audits }) => audits[metric]?.numericValue ?? NaN)).toFixed(0);
  const common = { id: 'P14', unit: 'of 100', atLeast: SCORE } satisfies Partial<Figure>;
  const rest = Object.entries(steady).map(([category, name]) => ({ name, scores: scoresOf(category) }));
  return [
    {
      ...common,
      what: `${what}, performance`,
      rounds: scoresOf('performance'),
      peer: Object.entries(metrics)
        .map(([metric, name]) => `${name} ${middle(metric)} ms`)
        .join(', '),
    },
    {
      ...common,
      what: '  the least of its other scores',
      rounds: results.map((_, round) => Math.min(...rest.map((one) => one.scores[round] ?? 0))),
      peer: rest.map((one) => `${one.name} ${median(one.scores)}`).join(', '),
    },
  ];
}

async function look(url: string, port: number, config: Config): Promise<Result> {
  const found = await lighthouse(url, { port, logLevel: 'error', output: 'json' }, config);
  if (!found) throw new Error(`Lighthouse said nothing of ${url}.`);
  const { runtimeError, finalDisplayedUrl } = found.lhr;
  if (runtimeError) throw new Error(`Lighthouse at ${url}: ${runtimeError.message}`);
  if (finalDisplayedUrl !== url) throw new Error(`Lighthouse asked for ${url} and saw ${finalDisplayedUrl}.`);
  return found.lhr;
}

/** A browser of its own that nothing else steers: what watches its pages would slow them down. */
async function startBrowser(executablePath: string): Promise<{ port: number } & AsyncDisposable> {
  const [folder, port] = [await temporaryFolder(), await freePort()];
  const running = await start({
    command: [
      executablePath,
      '--headless=new',
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${folder.path}`,
      '--no-first-run',
      '--disable-extensions',
      '--disable-background-networking',
      '--disable-component-update',
      // As in `openBrowser`.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      'about:blank',
    ],
    ready: `http://127.0.0.1:${port}/json/version`,
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      await running.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Leaves the cookie of the bench's own account in a browser. */
async function enter(port: number, origin: string): Promise<void> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  try {
    const [context] = browser.contexts();
    if (!context) throw new Error('The browser has no window to sign in with.');
    await signIn(context, origin);
  } finally {
    await browser.close();
  }
}
