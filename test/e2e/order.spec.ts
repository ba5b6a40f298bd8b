import type { Page } from '@playwright/test';
import { button, conversationLink, sidebar, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

let reader: Person;
test.beforeEach(async ({ context, page }) => {
  reader = await house().person();
  await enter(context, reader);
  for (const title of ['Tides', 'Tents', 'Trains', 'Taxes']) await reader.post('/api/conversations', { title });
  await page.goto(house().url);
});

const tagged = (page: Page, tag: string, count: number) =>
  sidebar(page).getByRole('button', { name: new RegExp(`^${tag} *${count} ${words.tags.chats(count)}$`) });

test('a chat gets tags, and the list is narrowed to one of them', async ({ page }) => {
  test.slow();
  await conversationLink(page, 'Trains').hover();
  await button(sidebar(page), words.shell.more('Trains')).click();
  await page.getByRole('menuitem', { name: words.tags.menu, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: words.tags.of('Trains') });
  await dialog.getByLabel(words.tags.add).fill('Travel, summer');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('list', { name: words.tags.title }).getByRole('listitem')).toHaveCount(2);
  await dialog.getByLabel(words.tags.add).fill('x'.repeat(51));
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(words.tags.bad)).toBeVisible();
  await inspect(page, [1280]);
  await button(dialog, words.tags.remove('summer')).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('Escape');

  const tag = tagged(page, 'travel', 1);
  await tag.click();
  await expect(conversationLink(page, 'Tides')).toBeHidden();
  await expect(conversationLink(page, 'Trains')).toBeVisible();
  await inspect(page, [1280]);
  await tag.click();
  await expect(conversationLink(page, 'Tides')).toBeVisible();
});

test('several chats are tagged, archived and deleted at once, with undo', async ({ page }) => {
  test.slow();
  await conversationLink(page, 'Taxes').hover();
  await button(sidebar(page), words.shell.more('Taxes')).click();
  await page.getByRole('menuitem', { name: words.select.menu }).click();
  const row = (title: string) => sidebar(page).getByRole('checkbox', { name: words.select.row(title) });
  const bar = page.getByRole('group', { name: words.select.title });
  await expect(row('Taxes')).toBeChecked();
  // The newest is on top: from Taxes over Trains to Tents.
  await row('Tents').click({ modifiers: ['Shift'] });
  await expect(bar.getByText(words.select.count(3))).toBeVisible();
  await row('Trains').press('Space');
  await expect(bar.getByText(words.select.count(2))).toBeVisible();
  await inspect(page, [1280]);
  await button(bar, words.select.tag).click();
  await page.getByRole('dialog').getByLabel(words.tags.add).fill('t');
  await page.keyboard.press('Enter');
  await expect(tagged(page, 't', 2)).toBeVisible();
  await expect(bar).toBeHidden();

  await conversationLink(page, 'Tides').hover();
  await button(sidebar(page), words.shell.more('Tides')).click();
  await page.getByRole('menuitem', { name: words.select.menu }).click();
  await button(bar, words.select.all).click();
  await expect(bar.getByText(words.select.count(4))).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await conversationLink(page, 'Tides').hover();
  await button(sidebar(page), words.shell.more('Tides')).click();
  await page.getByRole('menuitem', { name: words.select.menu }).click();
  await row('Trains').check();
  await button(bar, words.shell.delete).click();
  await expect(conversationLink(page, 'Trains')).toBeHidden();
  await button(page, words.app.undo).click();
  await expect(conversationLink(page, 'Trains')).toBeVisible();
  expect((await reader.get('/api/conversations')).body.items).toHaveLength(4);
});
