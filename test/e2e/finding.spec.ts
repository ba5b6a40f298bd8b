import type { Page } from '@playwright/test';
import { inBothSchemes } from './axe.ts';
import { button, conversationLink, messageField, sidebar, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { hostile } from './hostile.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

let reader: Person;
test.beforeEach(async ({ context }) => {
  reader = await house().person();
  await enter(context, reader);
});

async function conversation(title: string, said: string[]): Promise<string> {
  const id = (await reader.post('/api/conversations', { title })).body.id as string;
  for (const content of said) await reader.post(`/api/conversations/${id}/messages`, { content });
  return id;
}

async function inspect(page: Page, what: string): Promise<void> {
  expect.soft(await inBothSchemes(page, { only: 'wcag' }), what).toEqual([]);
}

const palette = (page: Page) => page.getByRole('dialog', { name: words.palette.title });
const field = (page: Page) => palette(page).getByRole('combobox', { name: words.palette.title });

test('what was said is found from the keyboard, and the conversation opens at it', async ({ page }) => {
  const filler = Array.from({ length: 60 }, (_, n) => `Line ${n}: nothing of note, only words that take some room.`);
  const id = await conversation('The long winter', ['The marmot sleeps until April.', ...filler]);
  await conversation('A short summer', ['Swallows.']);
  await page.goto(house().url);
  await expect(conversationLink(page, 'A short summer')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(field(page)).toBeFocused();
  await expect(palette(page).getByRole('option', { name: 'A short summer' })).toBeVisible();
  await inspect(page, 'palette at rest');
  await field(page).fill('marmots sleeping');
  const hit = palette(page).getByRole('option', { name: /The marmot sleeps until April/ });
  await expect(hit).toBeVisible();
  await expect(hit).toContainText('The long winter');
  await expect(hit.locator('mark')).toHaveText(['marmot', 'sleeps']);
  await expect(hit).toHaveAttribute('aria-selected', 'true');
  await inspect(page, 'palette with hits');
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
  await expect(page).toHaveURL(`${house().url}/c/${id}`);
  await expect(page.getByText('The marmot sleeps until April.')).toBeInViewport();
});

test('the palette does what can be done, and says when there is nothing', async ({ page }) => {
  await page.goto(house().url);
  await button(sidebar(page), words.palette.title).click();
  await field(page).fill('no such thing anywhere');
  await expect(palette(page).getByText(words.palette.nothing('no such thing anywhere'))).toBeVisible();
  await field(page).fill(words.shell.files.toLowerCase());
  await palette(page).getByRole('option', { name: words.shell.files }).click();
  await expect(page).toHaveURL(`${house().url}/files`);
  await page.keyboard.press('ControlOrMeta+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
});

test('a file is found by its name: from the keyboard, and on the page of files', async ({ page }) => {
  const file = await reader.upload('Übersicht der Miete.txt', 'It rises in May.', 'text/plain');
  await reader.upload('Bicycle.txt', 'It has two wheels.', 'text/plain');
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await field(page).fill('über');
  const hit = palette(page).getByRole('group', { name: words.shell.files }).getByRole('option');
  await expect(hit).toHaveText(['Übersicht der Miete.txt']);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${house().url}/files/${file.body.id}`);

  await page.goto(`${house().url}/files`);
  const rows = page.getByRole('main').getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await page.getByRole('searchbox', { name: words.files.search }).fill('BICY');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Bicycle.txt');
  await inspect(page, 'files that were searched');
  await page.getByRole('searchbox', { name: words.files.search }).fill('nowhere');
  await expect(page.getByText(words.files.none('nowhere'))).toBeVisible();
});

test('what was found is text, whatever it says', async ({ page }) => {
  await conversation(
    '<img src=x onerror=window.owned=1>',
    hostile.slice(0, 30).map((text) => `falcon ${text}`),
  );
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await field(page).fill('falcon');
  await expect(palette(page).locator('mark').first()).toHaveText('falcon');
  expect(await page.evaluate('window.owned')).toBeUndefined();
  await expect(palette(page).locator('img, script, iframe, svg:not(.lucide)')).toHaveCount(0);
});

test('folders hold conversations, and leave them behind when they go', async ({ page }) => {
  await conversation('Boiler contract', []);
  await conversation('Holiday', []);
  await page.goto(house().url);
  await expect(conversationLink(page, 'Holiday')).toBeVisible();
  const folders = sidebar(page).getByRole('region', { name: words.folders.title });
  await button(folders, words.folders.add).click();
  await page.getByRole('textbox', { name: words.shell.renameLabel }).fill('House');
  await page.keyboard.press('Enter');
  const house_ = folders.getByRole('button', { name: 'House', exact: true });
  await expect(house_).toBeVisible();

  await conversationLink(page, 'Boiler contract').hover();
  await button(sidebar(page), words.shell.more('Boiler contract')).click();
  await page.getByRole('menuitem', { name: words.folders.move }).click();
  const dialog = page.getByRole('dialog', { name: words.folders.moveTitle('Boiler contract') });
  await expect(dialog.getByRole('button', { name: 'House' })).toBeVisible();
  await inspect(page, 'move to a folder');
  await dialog.getByRole('button', { name: 'House' }).click();
  await expect(dialog).toBeHidden();

  await house_.click();
  await expect(conversationLink(page, 'Holiday')).toBeHidden();
  await expect(conversationLink(page, 'Boiler contract')).toBeVisible();
  await inspect(page, 'a chosen folder');
  await house_.hover();
  await button(folders, words.folders.more('House')).click();
  await page.getByRole('menuitem', { name: words.folders.remove }).click();
  await expect(house_).toBeHidden();
  await expect(conversationLink(page, 'Holiday')).toBeVisible();
  await expect(conversationLink(page, 'Boiler contract')).toBeVisible();
});

test('a link shows the text to others until it is taken back', async ({ page, browser }) => {
  const id = await conversation('Recipe for rye bread', ['How long does rye bread bake?']);
  const content = `An hour.\n\n${hostile.slice(0, 12).join('\n\n')}`;
  await reader.post(`/api/conversations/${id}/messages`, { content, role: 'assistant' });
  await page.goto(house().url);
  await conversationLink(page, 'Recipe for rye bread').hover();
  await button(sidebar(page), words.shell.more('Recipe for rye bread')).click();
  await page.getByRole('menuitem', { name: words.shares.menu }).click();
  const dialog = page.getByRole('dialog', { name: words.shares.title('Recipe for rye bread') });
  await button(dialog, words.shares.make).click();
  const link = dialog.getByRole('textbox', { name: words.shares.link });
  await expect(link).toBeVisible();
  await inspect(page, 'share dialog');
  const { pathname } = new URL(await link.inputValue());

  const stranger = await browser.newPage();
  await stranger.goto(`${house().url}${pathname}`);
  await expect(stranger.getByRole('heading', { name: words.shares.signInTitle })).toBeVisible();
  await stranger.close();
  const guest = await browser.newContext();
  await enter(guest, await house().person());
  const other = await guest.newPage();
  await other.goto(`${house().url}${pathname}`);
  await expect(other.getByRole('heading', { name: 'Recipe for rye bread' })).toBeVisible();
  await expect(other.getByText('How long does rye bread bake?')).toBeVisible();
  await expect(other.getByText('An hour.')).toBeVisible();
  expect(await other.evaluate('window.owned')).toBeUndefined();
  await inspect(other, 'a shared conversation');

  await dialog.getByRole('button', { name: /^Take back the link/ }).click();
  await expect(dialog.getByRole('region', { name: words.shares.existing })).toBeHidden();
  await other.reload();
  await expect(other.getByRole('heading', { name: words.shares.goneTitle })).toBeVisible();
  await guest.close();
});
