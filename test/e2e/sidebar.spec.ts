import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { button, conversationLink, sidebar, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

let reader: Person;
test.beforeEach(async ({ context }) => {
  reader = await house().person();
  await enter(context, reader);
});

/** Conversations with these titles, the last one the newest. */
async function conversations(titles: string[]): Promise<string[]> {
  const ids = [];
  for (const title of titles) ids.push((await reader.post('/api/conversations', { title })).body.id as string);
  return ids;
}

async function choose(page: Page, title: string, action: string): Promise<void> {
  await conversationLink(page, title).hover();
  await button(sidebar(page), words.shell.more(title)).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}
const titles = (page: Page): Promise<string[]> => sidebar(page).locator('a[href^="/c/"]').allInnerTexts();
/** Does what the page shows at once, and waits until the server has it, too. */
const stored = (page: Page, deed: Promise<void>) =>
  Promise.all([page.waitForResponse((response) => response.request().method() === 'PATCH'), deed]);
const toast = (page: Page) => page.getByRole('region', { name: words.app.notifications });

test('rename by menu and by keyboard', async ({ page }) => {
  await conversations(['Draft of a letter']);
  await page.goto(house().url);
  await choose(page, 'Draft of a letter', words.shell.rename);
  const field = page.getByRole('textbox', { name: words.shell.renameLabel });
  await expect(field).toBeFocused();
  await field.fill('Letter to the mayor');
  await stored(page, page.keyboard.press('Enter'));
  await expect(conversationLink(page, 'Letter to the mayor')).toBeVisible();
  await page.reload();
  await expect(conversationLink(page, 'Letter to the mayor')).toBeVisible();

  await choose(page, 'Letter to the mayor', words.shell.rename);
  await expect(field).toBeFocused();
  await field.fill('Never mind');
  await page.keyboard.press('Escape');
  await expect(conversationLink(page, 'Letter to the mayor')).toBeVisible();
  await page.reload();
  await expect(conversationLink(page, 'Letter to the mayor')).toBeVisible();
});

test('search by title', async ({ page }) => {
  await conversations(['Bread without yeast', '100% rye_bread', 'Repairing a bicycle']);
  await page.goto(house().url);
  await expect(conversationLink(page, 'Repairing a bicycle')).toBeVisible();
  const search = page.getByRole('searchbox', { name: words.shell.search });
  await search.fill('BREAD');
  await expect.poll(async () => (await titles(page)).sort()).toEqual(['100% rye_bread', 'Bread without yeast']);
  await search.fill('0% rye_');
  await expect.poll(() => titles(page)).toEqual(['100% rye_bread']);
  await search.fill('nowhere');
  await expect(sidebar(page).getByText(words.shell.noMatch('nowhere'))).toBeVisible();
  await button(sidebar(page), words.shell.clearSearch).click();
  await expect(conversationLink(page, 'Repairing a bicycle')).toBeVisible();
});

test('pin, archive and back', async ({ page }) => {
  await conversations(['Oldest', 'Middle', 'Newest']);
  await page.goto(house().url);
  await expect.poll(() => titles(page)).toEqual(['Newest', 'Middle', 'Oldest']);
  await stored(page, choose(page, 'Oldest', words.shell.pin));
  await expect(sidebar(page).getByRole('heading', { name: words.shell.groups.pinned })).toBeVisible();
  await expect.poll(() => titles(page)).toEqual(['Oldest', 'Newest', 'Middle']);
  await page.reload();
  await expect.poll(() => titles(page)).toEqual(['Oldest', 'Newest', 'Middle']);
  await choose(page, 'Oldest', words.shell.unpin);
  await expect(sidebar(page).getByRole('heading', { name: words.shell.groups.pinned })).toBeHidden();

  await choose(page, 'Middle', words.shell.toArchive);
  await expect(conversationLink(page, 'Middle')).toBeHidden();
  await button(sidebar(page), words.shell.archive).click();
  await expect.poll(() => titles(page)).toEqual(['Middle']);
  await choose(page, 'Middle', words.shell.fromArchive);
  await expect(sidebar(page).getByText(words.shell.emptyArchive)).toBeVisible();
  await button(sidebar(page), words.shell.archive).click();
  await expect(conversationLink(page, 'Middle')).toBeVisible();
});

test('delete can be undone, and else is done', async ({ page }) => {
  const [id] = await conversations(['To be kept', 'To be thrown away']);
  await page.goto(`${house().url}/c/${id}`);
  await choose(page, 'To be kept', words.shell.delete);
  await expect(conversationLink(page, 'To be kept')).toBeHidden();
  await expect(page).toHaveURL(`${house().url}/`);
  await toast(page).getByRole('button', { name: words.app.undo }).click();
  await expect(conversationLink(page, 'To be kept')).toBeVisible();
  await page.reload();
  await expect(conversationLink(page, 'To be kept')).toBeVisible();

  await choose(page, 'To be thrown away', words.shell.delete);
  await expect(toast(page)).toContainText(words.shell.deleted('To be thrown away'));
  await expect(conversationLink(page, 'To be thrown away')).toBeHidden();
  // Leaving the page does not bring it back.
  await page.reload();
  await expect(conversationLink(page, 'To be kept')).toBeVisible();
  await expect
    .poll(async () => (await reader.get('/api/conversations')).body.items.map(({ title }: { title: string }) => title))
    .toEqual(['To be kept']);
});

test('one conversation is exported from its menu', async ({ page }) => {
  await conversations(['Letter to the mayor', 'Another']);
  await page.goto(house().url);
  await choose(page, 'Letter to the mayor', words.shell.export);
  const dialog = page.getByRole('dialog', { name: words.shell.exportTitle('Letter to the mayor') });
  const file = async (name: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name, exact: true }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  };
  expect(JSON.parse(await file(words.shell.exportJson))).toMatchObject({ title: 'Letter to the mayor' });
  expect(await file(words.shell.exportMarkdown)).toContain('# Letter to the mayor');
});

test('a long title keeps its place', async ({ page }) => {
  const long = `${'Donaudampfschifffahrtsgesellschaft'.repeat(4)} and its hat`;
  const [id] = await conversations([long]);
  await reader.post(`/api/conversations/${id}/messages`, { content: `A word: ${'x'.repeat(400)}` });
  await page.goto(house().url);
  const link = conversationLink(page, long);
  await expect(link).toBeVisible();
  const [row, frame] = await Promise.all([link.boundingBox(), sidebar(page).boundingBox()]);
  expect(row && frame && row.x + row.width).toBeLessThanOrEqual(frame ? frame.x + frame.width : 0);
  await link.click();
  await expect(page.getByRole('heading', { name: long })).toBeVisible();
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
});

test('older conversations come as one scrolls', async ({ page }) => {
  await conversations(Array.from({ length: 120 }, (_, at) => `Conversation ${at + 1}`));
  await page.goto(house().url);
  await expect(conversationLink(page, 'Conversation 120')).toBeVisible();
  // Only what is in view is drawn.
  expect((await titles(page)).length).toBeLessThan(60);
  const list = page.getByRole('region', { name: words.shell.conversations });
  const seen = new Set<string>();
  await list.hover();
  await expect(async () => {
    for (const title of await titles(page)) seen.add(title);
    await page.mouse.wheel(0, 400);
    await expect(conversationLink(page, 'Conversation 1')).toBeInViewport({ timeout: 100 });
  }).toPass({ timeout: 30_000 });
  for (const title of await titles(page)) seen.add(title);
  expect(seen.size).toBe(120);
});
