import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { login } from './carrel.ts';

/** Where a Chromium is; null where there is none. */
export function browserPath(): string | null {
  const places = [
    process.env['CHROMIUM'] ?? '',
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return places.find((path) => path && existsSync(path)) ?? null;
}

/** Chromium's sandbox does not start for root, as in most containers. */
export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

/** Gives the browser the session of the bench's own account. */
export async function signIn(context: BrowserContext, origin: string): Promise<void> {
  const answer = await context.request.post(`${origin}/api/auth/login`, {
    data: { login: login.email, password: login.password },
  });
  if (!answer.ok()) throw new Error(`The browser could not sign in: ${answer.status()}`);
}

type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
};

/** What the thread of a page did, in milliseconds of the processor's time, which other programs on the machine do not lengthen. */
export type Work = { longest: number; all: number };

/** Does something with a page while its tasks are counted. Other pages of the browser should be closed. */
export async function traced<T>(browser: Browser, work: () => Promise<T>): Promise<{ result: T; tasks: Work }> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
    transferMode: 'ReportEvents',
  });
  const result = await work();
  const done = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await done;
  await session.detach();
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const times = events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && mains.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1_000);
  return { result, tasks: { longest: Math.max(0, ...times), all: times.reduce((sum, time) => sum + time, 0) } };
}

/** Makes everything that a page computes take so many times as long. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Emulation.setCPUThrottlingRate', { rate });
}
