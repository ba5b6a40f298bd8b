import type { Locator, Page } from '@playwright/test';
import { ask, messageField, sidebar } from './desk.ts';
import { enter } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });

/** Keeps the page's own code on its way until it is let go. */
async function holdScripts(page: Page, which = /\/assets\/.*\.js$/): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(which, async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

async function box(place: Locator): Promise<number[]> {
  const { x = -1, y = -1, width = -1, height = -1 } = (await place.boundingBox()) ?? {};
  return [x, y, width, height].map(Math.round);
}
/** What stands for the sidebar and for the message field until these are there. */
const asideShape = (page: Page): Locator => page.locator('#root .w-72');
const fieldShape = (page: Page): Locator => page.locator('#root .border-line-strong');

test('before any of its code has come, the page has the frame of the chat that opens, and nothing of it moves', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  await ask(page, 'How are you?');
  const letGo = await holdScripts(page);
  await page.goto(page.url(), { waitUntil: 'commit' });
  await expect(fieldShape(page)).toBeVisible();
  await expect(page.locator('#root .skeleton').last()).toBeVisible();
  const before = [await box(asideShape(page)), await box(fieldShape(page))];
  letGo();
  await expect(messageField(page)).toBeVisible();
  expect([await box(sidebar(page)), await box(page.locator('form').filter({ has: messageField(page) }))]).toEqual(
    before,
  );
});

test('an answer is read before the page runs, at rest and where the page then draws it, on a desk and on a phone', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  const said = [
    '# Bread\n\nKeep it **dry**, see [the long answer](https://example.org/bread).',
    '![a loaf](https://example.org/loaf.png)',
    '| where | how long |\n| --- | --- |\n| box | 2 days |',
    '```js\nbake();\n```',
    '- [x] bought\n- eaten',
    '> The end.',
  ].join('\n\n');
  await ask(page, said);
  const address = page.url();
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport);
    const letGo = await holdScripts(page, /\/assets\/vendor-.*\.js$/);
    await page.goto(address, { waitUntil: 'commit' });
    const first = page.locator('#first-sight');
    await expect(first.getByText('The end.', { exact: false }).last()).toBeVisible();
    await expect(first.locator(':is(a[href], img, button, script)')).toHaveCount(0);
    const pieces = page.locator('.prose > :is(h3, p, ul, blockquote, .code-block, .table-scroll)');
    const places = async (): Promise<number[][]> => Promise.all((await pieces.all()).map(box));
    const before = await places();
    expect(before.length).toBeGreaterThan(5);
    letGo();
    await expect(messageField(page)).toBeVisible();
    await expect(first).toHaveCount(0);
    expect(await places()).toEqual(before);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
});

test('who has closed the sidebar does not see it flash, and a stranger sees the lamp alone', async ({
  page,
  context,
}) => {
  const letGo = await holdScripts(page);
  await page.goto(`${house().url}/sign-in`, { waitUntil: 'commit' });
  await expect(page.locator('#root svg').first()).toBeVisible();
  await expect(asideShape(page)).toBeHidden();
  await expect(fieldShape(page)).toBeHidden();
  await enter(context, await house().person());
  await page.evaluate(() => localStorage.setItem('carrel.sidebar', 'closed'));
  await page.goto(house().url, { waitUntil: 'commit' });
  await expect(fieldShape(page)).toBeVisible();
  await expect(asideShape(page)).toBeHidden();
  letGo();
  await expect(messageField(page)).toBeVisible();
});
