import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { newId } from '../../server/lib/ids.ts';
import { browserPath, openBrowser, signIn, slowDown, traced, type Work } from './browser.ts';
import { firstAdmin, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median } from './stats.ts';

const TASK_MS = 50;
const MESSAGES = 2_000;
const FILE_BYTES = 10_000_000;
const READ_LIMIT_S = 180;
const TOKENS_A_SECOND = 200;
const FRAMES_A_SECOND = 60;
const WATCHED_MS = 5_000;
/** Of frames; what a reader does not see. */
const MISSED = 0.05;
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

type House = { browser: Browser; url: string; long: string; conversations: number; file: string };

/** The page with much in it: whether it keeps up, in a real browser. */
export async function pageAtWork(machine: Machine, options: Options): Promise<Row[]> {
  const executablePath = browserPath();
  if (executablePath === null)
    return [skipped('P15', 'the page at work', 'no Chromium found; set CHROMIUM to its path')];
  await using folder = await temporaryFolder();
  await using teller = await startPeer(machine, 'teller', 'anywhere', String(TOKENS_A_SECOND));
  await using carrel = await startCarrel(machine, {
    dataDir: folder.path,
    env: withProvider(teller),
    place: 'anywhere',
  });
  const token = await firstAdmin(carrel.url);
  const conversations = options.quick ? 1_000 : 10_000;
  const house = await fill(carrel.url, token, conversations);
  const browser = await openBrowser(executablePath);
  try {
    const here: House = { browser, url: carrel.url, conversations, ...house };
    return [...(await scrolling(here, options)), ...(await streaming(here, options))];
  } finally {
    await browser.close();
  }
}

async function fill(url: string, token: string, conversations: number): Promise<{ long: string; file: string }> {
  const post = async <T>(path: string, body: object | FormData): Promise<T> => {
    const form = body instanceof FormData;
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...(!form && { 'content-type': 'application/json' }) },
      body: form ? body : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const at = 16;
  const many = async (): Promise<void> => {
    for (let n = 0; n < conversations / at; n += 1) await post('/api/conversations', { title: `What was said ${n}` });
  };
  await Promise.all(Array.from({ length: at }, many));
  const { items } = await post<{ items: { conversation_id: string }[] }>('/api/conversations/import', longTalk());
  const form = new FormData();
  const line = 'A line of a long file, as programs write them, with a number and some words.\n';
  form.set('file', new Blob([line.repeat(FILE_BYTES / line.length)], { type: 'text/plain' }), 'long.txt');
  const { id: file } = await post<{ id: string }>('/api/files', form);
  await read(`${url}/api/files/${file}`, token);
  return { long: items[0]?.conversation_id ?? '', file };
}

/** Waits until the server has read a file. */
async function read(url: string, token: string): Promise<void> {
  for (let tries = 0; tries < READ_LIMIT_S * 4; tries += 1) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { status, status_detail } = (await answer.json()) as { status: string; status_detail: string | null };
    if (status === 'ready') return;
    if (status === 'failed') throw new Error(`The long file was not read: ${status_detail}`);
    await sleep(250);
  }
  throw new Error('The long file was not read in time.');
}

function longTalk(): object {
  const id = newId();
  const ids = Array.from({ length: MESSAGES }, () => newId());
  const time = Date.UTC(2026, 0, 1);
  const rest = { usage: null, sources: [], parts: [], finish_reason: null, error: null, generation_id: null };
  const more = { model: null, provider: null, first_token_ms: null, duration_ms: null, status: 'complete' };
  const answer = `**An answer** of some length. ${'A sentence that fills a line or two. '.repeat(6)}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`\nsome code\n\`\`\`\n`;
  const messages = ids.map((one, n) => ({
    ...rest,
    ...more,
    id: one,
    conversation_id: id,
    parent_id: ids[n - 1] ?? null,
    role: n % 2 === 0 ? 'user' : 'assistant',
    content: n % 2 === 0 ? `Question number ${n}` : answer,
    created_at: new Date(time + n * 60_000).toISOString(),
  }));
  const fields = { model: null, pinned: false, archived: false, tags: [], memory: true };
  const [created_at, updated_at] = [new Date(time).toISOString(), new Date(time).toISOString()];
  return {
    ...fields,
    format: 'carrel.conversation',
    version: 1,
    id,
    title: 'A long talk',
    created_at,
    updated_at,
    messages,
  };
}

async function withPage<T>(house: House, look: BrowserContextOptions, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await house.browser.newContext(look);
  try {
    await signIn(context, house.url);
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

const longest = (what: string, works: readonly Work[]): Figure => ({
  id: 'P15',
  what: `longest task: ${what}`,
  unit: 'ms',
  rounds: works.map((work) => work.longest),
  limit: TASK_MS,
});

/** Waits with one line of script: what finds elements by role or text for a test is a task of 80 ms in the page, and no work of ours. */
async function shown(page: Page, expression: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await page.evaluate(`Boolean(${expression})`)); await sleep(50))
    if (Date.now() > end) throw new Error(`Not shown in time: ${expression}`);
}

/** Opens what is long, and goes through it. */
async function scrolling(house: House, { rounds }: Options): Promise<Row[]> {
  const seen: Record<string, Work[]> = {};
  const watch = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    (seen[what] ??= []).push((await traced(house.browser, work)).tasks);
  };
  const many = house.conversations.toLocaleString('en');
  for (let round = 0; round < rounds; round += 1) {
    await withPage(house, desktop, async (page) => {
      await watch(`a conversation of ${MESSAGES.toLocaleString('en')} messages opens at its end`, async () => {
        await page.goto(`${house.url}/c/${house.long}`);
        await shown(page, `document.querySelector('[data-message]')`);
        await sleep(1_000);
      });
      await watch('  and is scrolled up', () => wheel(page, [700, 400], -600, 60));
    });
    await withPage(house, desktop, async (page) => {
      await watch(`a desk with ${many} conversations opens`, async () => {
        await page.goto(house.url);
        await shown(page, `[...document.links].some(({ textContent }) => textContent.includes('What was said'))`);
        await sleep(1_000);
      });
      await watch('  and its sidebar is scrolled down', () => wheel(page, [140, 450], 600, 60));
    });
    await withPage(house, desktop, async (page) => {
      await watch('a file of 10 MB is opened', async () => {
        await page.goto(`${house.url}/files/${house.file}`);
        await shown(page, `document.body.textContent.includes('A line of a long file')`);
        await sleep(1_000);
      });
      await watch('  and is scrolled down', () => wheel(page, [700, 400], 2_000, 40));
    });
  }
  return Object.entries(seen).map(([what, works]) => longest(what, works));
}

async function wheel(page: Page, [x, y]: [number, number], by: number, times: number): Promise<void> {
  await page.mouse.move(x, y);
  for (let n = 0; n < times; n += 1) {
    await page.mouse.wheel(0, by);
    await sleep(50);
  }
  await sleep(300);
}

/** An answer that is written at the end of a long conversation. */
async function streaming(house: House, { rounds }: Options): Promise<Row[]> {
  const kinds = [
    ['on a desktop', desktop, 1],
    ['on a phone, CPU ÷ 4', phone, 4],
  ] as const;
  const rows: Row[] = [];
  for (const [where, look, rate] of kinds) {
    const [missed, rest, works]: [number[], number[], Work[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      await withPage(house, look, async (page) => {
        await page.goto(`${house.url}/c/${house.long}`);
        await page.locator('[data-message]').last().waitFor();
        await slowDown(page, rate);
        await sleep(4_000);
        rest.push(await missedFrames(page));
        await page.locator('textarea').first().fill('Tell me slowly.');
        await page.keyboard.press('Enter');
        await page.locator('[aria-busy=true] p').first().waitFor();
        const { result, tasks } = await traced(house.browser, () => missedFrames(page));
        missed.push(result);
        works.push(tasks);
      });
    }
    const frames = (WATCHED_MS / 1_000) * FRAMES_A_SECOND;
    rows.push(
      {
        id: 'P15',
        what: `${TOKENS_A_SECOND} tokens/s into a long conversation ${where}: frames missed more than at rest`,
        unit: '×',
        rounds: missed.map((count, round) => Math.max(0, count - (rest[round] ?? 0)) / frames),
        limit: MISSED,
        peer: `at rest ${(median(rest) / frames).toFixed(2)} of ${FRAMES_A_SECOND}/s`,
      },
      {
        id: 'P15',
        what: '  the thread of the page, busy',
        unit: '×',
        rounds: works.map(({ all }) => all / WATCHED_MS),
      },
      { ...longest(`meanwhile ${where}`, works), what: '  longest task meanwhile' },
    );
  }
  return rows;
}

/** How many frames of a display of sixty a second did not come. */
const missedFrames = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    let missed = 0, first, last;
    const frame = (now) => {
      if (last !== undefined) missed += Math.max(0, Math.round((now - last) * ${FRAMES_A_SECOND} / 1000) - 1);
      first ??= now;
      last = now;
      if (now - first < ${WATCHED_MS}) requestAnimationFrame(frame);
      else resolve(missed);
    };
    requestAnimationFrame(frame);
  })`);
