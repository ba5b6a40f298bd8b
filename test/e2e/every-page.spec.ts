import type { Page } from '@playwright/test';
import { de } from '../../web/src/lib/strings/de.ts';
import { en } from '../../web/src/lib/strings/en.ts';
import { inBothSchemes } from './axe.ts';
import { enter, type Person } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
/** The first one is the admin. */
let boss: Person | undefined;

const admin = 'users invites groups permissions models tools finding retention usage sign-in directories audit'
  .split(' ')
  .map((name) => `/admin/${name}`);
const pages = ['/', '/files', '/collections', '/prompts', '/assistants', '/settings', ...admin];
const outside = ['/sign-in', '/sign-up', '/forgot', '/share/nothing', '/no-such-page'];

/** Drawn, with what it asked the server for. */
async function stands(page: Page, path: string): Promise<void> {
  await page.goto(house().url + path);
  await expect(page.getByRole('main')).toBeVisible();
  await page.waitForLoadState('networkidle');
}
/** What is wider than the screen, by its first words. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.tagName + ' ' + (one.textContent ?? '').slice(0, 40))`);

for (const [language, words] of [
  ['en', en],
  ['de', de],
] as const) {
  test.describe(language, () => {
    test.use({ locale: language === 'de' ? 'de-DE' : 'en-GB' });

    test('every page holds what axe asks for, in light and dark, and fits the narrowest phone', async ({
      page,
      context,
    }) => {
      test.slow();
      boss ??= await house().person('Ada Reader');
      for (const path of outside) {
        await stands(page, path);
        expect.soft(await inBothSchemes(page), path).toEqual([]);
        await page.setViewportSize({ width: 320, height: 700 });
        await expect.poll(() => tooWide(page), path).toEqual([]);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      await enter(context, boss);
      for (const path of pages) {
        await stands(page, path);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        expect.soft(await inBothSchemes(page), path).toEqual([]);
        for (const width of [390, 320]) {
          await page.setViewportSize({ width, height: 700 });
          await expect.poll(() => tooWide(page), `${path} at ${width}`).toEqual([]);
        }
        await page.setViewportSize({ width: 1280, height: 800 });
      }
    });

    test('the dialogs and menus of the frame hold it too', async ({ page, context }) => {
      boss ??= await house().person('Ada Reader');
      const reader = boss;
      const title = `About bees, ${language}`;
      await reader.post('/api/conversations', { title });
      await enter(context, reader);
      await stands(page, '/');
      const opened = async (what: string): Promise<void> => {
        expect.soft(await inBothSchemes(page), what).toEqual([]);
        await page.keyboard.press('Escape');
      };
      await page.keyboard.press('Control+/');
      await expect(page.getByRole('dialog', { name: words.shortcuts.title })).toBeVisible();
      await opened('shortcuts');
      await page.keyboard.press('Control+K');
      await expect(page.getByRole('dialog', { name: words.palette.title })).toBeVisible();
      await opened('palette');
      await page.getByRole('button', { name: words.notices.title(0), exact: true }).click();
      await expect(page.getByText(words.notices.noneText)).toBeVisible();
      await opened('notifications');
      for (const item of [words.shares.menu, words.folders.move, words.tags.menu]) {
        await page.getByTitle(title, { exact: true }).hover();
        await page.getByRole('button', { name: words.shell.more(title) }).click();
        await page.getByRole('menuitem', { name: item, exact: true }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await opened(item);
        await expect(page.getByRole('dialog')).toBeHidden();
      }
    });
  });
}
