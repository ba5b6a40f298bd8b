import type { Page } from '@playwright/test';
import { de } from '../../web/src/lib/strings/de.ts';
import { button, messageField, sidebar, words } from './desk.ts';
import { enter } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

test.beforeEach(async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
});

const ground = (page: Page): Promise<string> =>
  page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');

test('light, dark and like the system, kept over a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground(page);
  expect(dark).not.toBe(light);

  const choose = async (name: string): Promise<void> => {
    await page.goto(`${house().url}/settings`);
    await page.getByRole('radio', { name, exact: true }).check();
  };
  await choose(words.settings.themes.light);
  await expect.poll(() => ground(page)).toBe(light);
  await page.reload();
  await expect(page.getByRole('radio', { name: words.settings.themes.light })).toBeChecked();
  expect(await ground(page)).toBe(light);

  await page.emulateMedia({ colorScheme: 'light' });
  await choose(words.settings.themes.dark);
  await expect.poll(() => ground(page)).toBe(dark);
  await page.reload();
  await expect.poll(() => ground(page)).toBe(dark);

  await choose(words.settings.themes.system);
  await expect.poll(() => ground(page)).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => ground(page)).toBe(dark);
});

test('German, kept over a reload', async ({ page }) => {
  await page.goto(`${house().url}/settings`);
  await page.getByRole('radio', { name: 'Deutsch' }).click();
  await expect(page.getByRole('heading', { name: de.settings.title, exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.goto(house().url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  const field = page.getByRole('textbox', { name: de.chat.input, exact: true });
  await field.fill('Wer bist du?');
  await field.press('Enter');
  await expect(button(page, de.chat.regenerate)).toBeVisible();
  await page.goto(`${house().url}/settings`);
  await page.getByRole('radio', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: words.settings.title, exact: true })).toBeVisible();
});

test('shortcuts: new chat, message field, sidebar, their list', async ({ page }) => {
  await page.goto(`${house().url}/files`);
  await expect(page.getByText(words.files.emptyTitle)).toBeVisible();
  await page.keyboard.press('Control+Shift+O');
  await expect(page).toHaveURL(`${house().url}/`);
  await expect(messageField(page)).toBeFocused();

  await page.getByRole('searchbox').focus();
  await page.keyboard.press('Shift+Escape');
  await expect(messageField(page)).toBeFocused();

  await page.keyboard.press('Control+Shift+S');
  await expect(sidebar(page)).toBeHidden();
  await page.reload();
  await expect(messageField(page)).toBeVisible();
  await expect(sidebar(page)).toBeHidden();
  await page.keyboard.press('Control+Shift+S');
  await expect(sidebar(page)).toBeVisible();

  await page.keyboard.press('Control+/');
  const sheet = page.getByRole('dialog', { name: words.shortcuts.title });
  await expect(sheet).toContainText(words.shortcuts.newChat);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('the first Tab offers the way past the sidebar', async ({ page }) => {
  await page.goto(`${house().url}/settings`);
  await expect(page.getByRole('heading', { name: words.settings.title, exact: true })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: words.app.skip })).toBeFocused();
});

test('files: upload, state, download, delete with undo', async ({ page }) => {
  await page.goto(`${house().url}/files`);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.files.upload).click()]);
  await chooser.setFiles({
    name: 'notes.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from('# Notes\n\nBees sleep at night.'),
  });
  const row = page.getByRole('listitem').filter({ hasText: 'notes.md' });
  await expect(row).toContainText(words.files.ready);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('link', { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('notes.md');
  await button(row, words.files.delete('notes.md')).click();
  await expect(row).toBeHidden();
  await button(page, words.app.undo).click();
  await expect(row).toBeVisible();

  const [again] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.files.upload).click()]);
  await again.setFiles({
    name: 'broken.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.7\nnothing of worth'),
  });
  const broken = page.getByRole('listitem').filter({ hasText: 'broken.pdf' });
  await expect(broken.locator('.text-danger')).toBeVisible();
  await expect(broken).not.toContainText(words.files.ready);
});

test('profile and password can be changed', async ({ page }) => {
  await page.goto(`${house().url}/settings`);
  await page.getByRole('textbox', { name: words.auth.name, exact: true }).fill('Ada Augusta');
  await button(page, words.app.save).click();
  await expect(sidebar(page)).toContainText('Ada Augusta');
  await page.getByLabel(words.settings.currentPassword).fill('wrong wrong wrong');
  await page.getByLabel(words.settings.newPassword).fill('a quite different battery');
  await button(page, words.settings.changePassword).click();
  await expect(page.getByRole('alert')).toBeVisible();
});
