import type { Locator, Page } from '@playwright/test';
import { goodPassword } from '../app.ts';
import { violations } from './axe.ts';
import { answers, button, gate, lastAnswer, messageField, prose, questions, settled, words } from './desk.ts';
import { burner, manualFile } from './manual.ts';
import { expect, test, useHouse } from './test.ts';

// One way through the day, on each size of screen and in each colour scheme (see the projects), without ever touching a pointer.
const house = useHouse({ provider: 'openai' });

type Key = 'Tab' | 'Shift+Tab' | 'ArrowDown';

/** Goes on with Tab until the focus is there: whatever cannot be reached so fails. */
async function reach(page: Page, target: Locator, key: Key = 'Tab'): Promise<void> {
  await expect(target).toBeAttached();
  for (let steps = 0; steps < 120; steps += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${target.toString()} cannot be reached with ${key}`);
}
async function press(page: Page, target: Locator, key?: Key): Promise<void> {
  await reach(page, target, key);
  await page.keyboard.press('Enter');
}
/** The list of conversations: beside the page, or over it as a drawer. */
const list = (page: Page, isMobile: boolean): Locator =>
  isMobile
    ? page.getByRole('dialog', { name: words.shell.navigation })
    : page.getByRole('complementary', { name: words.shell.navigation });
async function openList(page: Page, isMobile: boolean): Promise<Locator> {
  const place = list(page, isMobile);
  if (!(await place.isVisible())) await page.keyboard.press('Control+Shift+S');
  await expect(place).toBeVisible();
  return place;
}
/** Opens a menu and chooses in it. */
async function choose(page: Page, opener: Locator, name: string): Promise<void> {
  await press(page, opener);
  const item = page.getByRole('menuitem', { name, exact: true });
  await expect(item).toBeVisible();
  await press(page, item, 'ArrowDown');
}
/** Chooses in the menu of a row of the list. */
async function chooseFor(page: Page, isMobile: boolean, title: string, name: string): Promise<void> {
  await choose(page, button(await openList(page, isMobile), words.shell.more(title)), name);
}
/** From wherever one is, by the key for it. The drawer keeps the focus to itself: it is closed first. */
async function undo(page: Page, isMobile: boolean): Promise<void> {
  await expect(button(page, words.app.undo)).toBeAttached();
  if (isMobile) {
    await page.keyboard.press('Escape');
    await expect(list(page, isMobile)).toBeHidden();
  }
  await page.keyboard.press('F6');
  await expect(button(page, words.app.undo)).toBeFocused();
  await page.keyboard.press('Enter');
}

test('a day by keyboard alone', async ({ page, isMobile }) => {
  test.slow();
  const reader = await house().person();
  const { fake } = house();

  await test.step('sign in', async () => {
    await page.goto(`${house().url}/sign-in`);
    await reach(page, page.getByLabel(words.auth.login));
    await page.keyboard.type(reader.email);
    await reach(page, page.getByLabel(words.auth.password, { exact: true }));
    await page.keyboard.type(goodPassword);
    await page.keyboard.press('Enter');
    await expect(messageField(page)).toBeVisible();
  });

  await test.step('new chat, send, stop', async () => {
    await page.keyboard.press('Control+Shift+O');
    await expect(messageField(page)).toBeFocused();
    const never = gate();
    fake.script({ text: ['It is ', 'long.'], hold: { after: 1, until: never.until } });
    await page.keyboard.type('What is a carrel?');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('In a word.');
    await page.keyboard.press('Enter');
    await expect(prose(lastAnswer(page))).toHaveText('It is');
    await expect(button(page, words.chat.stop)).toBeVisible();
    await page.keyboard.press('Escape');
    await settled(lastAnswer(page));
    never.open();
    await expect(button(page, words.chat.send)).toBeVisible();
  });

  await test.step('edit and run again, regenerate', async () => {
    fake.script({ text: 'A desk in a library.' });
    await press(page, button(questions(page).last(), words.chat.edit), 'Shift+Tab');
    const field = page.getByRole('textbox', { name: words.chat.editLabel });
    await expect(field).toBeFocused();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('What is a carrel');
    await press(page, button(page, words.chat.saveAndRun));
    await expect(prose(lastAnswer(page))).toHaveText('A desk in a library.');
    await settled(lastAnswer(page));
    fake.script({ text: 'A quiet place to read.' });
    await press(page, button(lastAnswer(page), words.chat.regenerate));
    await expect(prose(lastAnswer(page))).toHaveText('A quiet place to read.');
    await settled(lastAnswer(page));
    await expect(answers(page)).toHaveCount(1);
  });

  await test.step('rename, archive, delete, each taken back', async () => {
    await chooseFor(page, isMobile, 'What is a carrel?', words.shell.rename);
    await expect(page.getByRole('textbox', { name: words.shell.renameLabel })).toBeFocused();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Carrels');
    await page.keyboard.press('Enter');
    const place = list(page, isMobile);
    await expect(place.getByTitle('Carrels', { exact: true })).toBeVisible();
    await chooseFor(page, isMobile, 'Carrels', words.shell.toArchive);
    await expect(place.getByTitle('Carrels', { exact: true })).toBeHidden();
    await undo(page, isMobile);
    await openList(page, isMobile);
    await expect(place.getByTitle('Carrels', { exact: true })).toBeVisible();
    await chooseFor(page, isMobile, 'Carrels', words.shell.delete);
    await expect(place.getByTitle('Carrels', { exact: true })).toBeHidden();
    await undo(page, isMobile);
    await openList(page, isMobile);
    await expect(place.getByTitle('Carrels', { exact: true })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    if (isMobile) await page.keyboard.press('Escape');
  });

  await test.step('search, and open what was found', async () => {
    await page.keyboard.press('Control+Shift+O');
    await page.keyboard.press('Control+K');
    await expect(page.getByRole('dialog', { name: words.palette.title })).toBeVisible();
    await page.keyboard.type('Carrels');
    await expect(page.getByRole('option', { name: /Carrels/ }).first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(prose(lastAnswer(page))).toHaveText('A quiet place to read.');
  });

  await test.step('upload and ask', async () => {
    await page.keyboard.press('Control+Shift+O');
    await expect(messageField(page)).toBeFocused();
    const chooser = page.waitForEvent('filechooser');
    await press(page, button(page, words.chat.attach));
    const manual = await manualFile();
    await (await chooser).setFiles(manual);
    await expect(page.getByRole('listitem').filter({ hasText: manual.name })).toContainText(words.files.ready);
    fake.script({ text: 'It gives 21 kilowatts [1].' });
    await page.keyboard.press('Shift+Escape');
    await expect(messageField(page)).toBeFocused();
    await page.keyboard.type(burner.question);
    await page.keyboard.press('Enter');
    await settled(lastAnswer(page));
    await press(page, prose(lastAnswer(page)).getByRole('button', { name: /^Open source 1,/ }), 'Shift+Tab');
    await expect(page.getByText(words.chat.pageLong(burner.page), { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('settings, and sign out', async () => {
    const account = async () =>
      (await openList(page, isMobile)).getByRole('button', { name: new RegExp(`^${words.shell.account}`) });
    await choose(page, await account(), words.shell.settings);
    await expect(page.getByRole('heading', { name: words.settings.profile })).toBeVisible();
    if (isMobile) await expect(list(page, isMobile)).toBeHidden();
    await choose(page, await account(), words.auth.signOut);
    await expect(page.getByRole('heading', { name: words.auth.signInTitle })).toBeVisible();
  });
});
