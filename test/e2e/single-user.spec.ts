import { button, messageField, sidebar, words } from './desk.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ env: { WEBUI_AUTH: 'false' } });

test('without sign-in the desk is there at once, and stays', async ({ page }) => {
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  await page.goto(`${house().url}/settings`);
  await button(page, words.apiKeys.new).click();
  await page.getByLabel(words.apiKeys.name, { exact: true }).last().fill('A program');
  await button(page, words.apiKeys.make).click();
  await expect(page.getByRole('group', { name: words.apiKeys.freshTitle('A program') })).toContainText('crl_');
  await page.goto(`${house().url}/sign-in`);
  await expect(messageField(page)).toBeVisible();
  await expect(sidebar(page)).toContainText('Owner');
});

test('without sign-in nothing speaks of passwords, devices or leaving', async ({ page }) => {
  await page.goto(`${house().url}/settings`);
  await expect(page.getByRole('heading', { name: words.apiKeys.title })).toBeVisible();
  for (const title of [words.auth.password, words.secondFactor.title, words.settings.sessions])
    await expect(page.getByRole('heading', { name: title, exact: true })).toHaveCount(0);
  await page.goto(house().url);
  await sidebar(page)
    .getByRole('button', { name: new RegExp(words.shell.account) })
    .click();
  await expect(page.getByRole('menuitem', { name: words.shell.settings })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: words.auth.signOut })).toHaveCount(0);
});
