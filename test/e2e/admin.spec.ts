import { goodPassword } from '../app.ts';
import { button, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ env: { SIGNUP_MODE: 'invite' } });

test('an admin invites somebody, who comes, is found, made an admin and deleted; the log knows it all', async ({
  page,
  context,
  browser,
}) => {
  // Every page is looked at in light and dark, wide and narrow.
  test.slow();
  const admin = await house().person('Root');
  await enter(context, admin);
  await page.goto(house().url);
  await page.getByRole('button', { name: words.shell.account }).click();
  await page.getByRole('menuitem', { name: words.admin.title }).click();
  await page.getByRole('link', { name: words.admin.groups }).click();
  await button(page, words.admin.addGroup).click();
  await page.getByLabel(words.auth.name).fill('Readers');
  await button(page.getByRole('dialog'), words.app.save).click();
  await button(page, words.admin.membersOf('Readers')).click();
  await page.getByLabel(words.admin.addMember).first().fill('root');
  await button(page, words.admin.putIn('Root')).click();
  await expect(button(page, words.admin.takeOut('Root'))).toBeVisible();
  await inspect(page);
  await page.keyboard.press('Escape');
  await expect(page.getByText(words.admin.memberCount(1))).toBeVisible();
  await inspect(page);
  await page.getByRole('link', { name: words.admin.invites }).click();
  await page.getByRole('checkbox', { name: 'Readers' }).check();
  await inspect(page);
  await button(page, words.admin.makeInvite).click();
  const ready = page.getByRole('group', { name: words.admin.inviteReady });
  await expect(ready).toBeFocused();
  await inspect(page);
  const link = new URL((await ready.locator('code').textContent()) ?? '');

  const elsewhere = await browser.newContext();
  const guest = await elsewhere.newPage();
  await guest.goto(`${house().url}/sign-up`);
  await expect(guest.getByText(words.auth.invited)).toBeVisible();
  await guest.goto(`${house().url}${link.pathname}${link.search}`);
  await guest.getByLabel(words.auth.email).fill('guest@example.org');
  await guest.getByLabel(words.auth.name).first().fill('Grace Guest');
  await guest.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(guest, words.auth.signUp).click();
  await expect(guest.getByRole('textbox', { name: words.chat.input })).toBeVisible();
  await guest.goto(`${house().url}/admin/users`);
  await expect(guest).toHaveURL(`${house().url}/`);
  await elsewhere.clearCookies();
  await guest.goto(`${house().url}${link.pathname}${link.search}`);
  await guest.getByLabel(words.auth.email).fill('late@example.org');
  await guest.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(guest, words.auth.signUp).click();
  await expect(guest.getByRole('alert')).toBeVisible();
  await elsewhere.close();

  await page.getByRole('link', { name: words.admin.users }).click();
  const people = page.getByRole('list', { name: words.admin.users });
  await page.getByLabel(words.admin.searchUsers).fill('grace');
  await expect(people.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: words.admin.moreFor('Grace Guest') }).click();
  await page.getByRole('menuitem', { name: words.admin.makeAdmin }).click();
  await expect(people.getByText(words.admin.roles.admin)).toBeVisible();
  await inspect(page);
  await page.getByRole('button', { name: words.admin.moreFor('Grace Guest') }).click();
  await page.getByRole('menuitem', { name: words.admin.quota }).click();
  await page.getByLabel(words.admin.messagesPerDay).fill('5');
  await inspect(page);
  await button(page.getByRole('dialog'), words.app.save).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: words.admin.moreFor('Grace Guest') }).click();
  await page.getByRole('menuitem', { name: words.admin.quota }).click();
  await expect(page.getByText(words.admin.quotaSources.own)).toBeVisible();
  await expect(page.getByLabel(words.admin.messagesPerDay)).toHaveValue('5');
  await button(page, words.admin.clearQuota).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: words.admin.moreFor('Grace Guest') }).click();
  await page.getByRole('menuitem', { name: words.admin.deleteUser }).click();
  const dialog = page.getByRole('dialog');
  await expect(button(dialog, words.admin.deleteForEver)).toBeDisabled();
  await inspect(page);
  await dialog.getByLabel(words.admin.typeToDelete('guest@example.org')).fill('guest@example.org');
  await button(dialog, words.admin.deleteForEver).click();
  await expect(page.getByText(words.admin.noUsers)).toBeVisible();

  await button(page, words.admin.addUser).click();
  await inspect(page);
  await page.getByRole('dialog').getByLabel(words.auth.email).fill('made@example.org');
  await page.getByRole('dialog').getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page.getByRole('dialog'), words.admin.addUser).click();
  await page.getByLabel(words.admin.searchUsers).fill('made');
  await expect(people.getByRole('listitem')).toHaveCount(1);

  await page.getByRole('link', { name: words.admin.audit }).click();
  const log = page.getByRole('list', { name: words.admin.audit });
  for (const action of ['user.created', 'user.deleted', 'user.role_changed', 'invite.used', 'setup.done'])
    await expect(log.getByText(action, { exact: true })).toBeVisible();
  await button(page, words.admin.verify).click();
  await expect(page.getByText(/All \d+ entries are there/)).toBeVisible();
  await inspect(page);
  await page.getByLabel(words.admin.action).selectOption('user.deleted');
  await expect(log.getByRole('listitem')).toHaveCount(1);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: words.admin.export('CSV') }).click();
  expect((await download).suggestedFilename()).toBe('audit.csv');
});
