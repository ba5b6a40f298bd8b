import { readFile } from 'node:fs/promises';
import { goodPassword } from '../app.ts';
import { answers, ask, button, lastAnswer, messageField, sidebar, words } from './desk.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai', env: { AUTH_MODE: 'bearer', SIGNUP_MODE: 'open' } });

test('where the server takes no session cookie, the desk works with tokens: chat, files, reload, leaving', async ({
  page,
  context,
}) => {
  const { email } = await house().person();
  const { url, fake } = house();
  await page.goto(url);
  await page.getByLabel(words.auth.login).fill(email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.signIn).click();
  await expect(messageField(page)).toBeVisible();
  const cookies = await context.cookies([url, `${url}/api/auth/refresh`]);
  expect(cookies.map(({ name }) => name.replace(/_[0-9a-f]{8}$/, ''))).toEqual(['carrel_refresh']);
  expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain('eyJ');

  fake.script({ text: ['A streamed ', 'answer.'] });
  await ask(page, 'Does it stream?');
  await expect(lastAnswer(page)).toContainText('A streamed answer.');

  // Nothing is left but the refresh cookie.
  await page.reload();
  await expect(answers(page)).toHaveCount(1);
  fake.script({ text: ['And again.'] });
  await ask(page, 'And after a reload?');
  await expect(lastAnswer(page)).toContainText('And again.');

  await page.goto(`${url}/files`);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('A note.') });
  const link = page.getByRole('link', { name: words.files.open('note.txt') });
  await expect(link).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('note.txt');
  expect(await readFile(await download.path(), 'utf8')).toBe('A note.');

  await page.goto(url);
  await sidebar(page)
    .getByRole('button', { name: new RegExp(words.shell.account) })
    .click();
  await page.getByRole('menuitem', { name: words.auth.signOut }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto(url);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('several tabs share the one refresh cookie', async ({ page, context }) => {
  const short = await house().person('Short');
  await page.goto(house().url);
  await page.getByLabel(words.auth.login).fill(short.email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.signIn).click();
  await expect(messageField(page)).toBeVisible();
  const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  await Promise.all(tabs.map((tab) => tab.goto(`${house().url}/settings`)));
  for (const tab of tabs) await expect(tab.getByRole('heading', { name: words.settings.profile })).toBeVisible();
});
