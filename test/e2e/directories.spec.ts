import { button, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const own = words.directories;

const house = useHouse({
  env: {
    LDAP_URL: 'ldap://127.0.0.1:1',
    LDAP_SEARCH_BASE: 'ou=people,dc=example,dc=org',
    TRUSTED_AUTH_HEADER: 'X-Forwarded-Email',
    TRUSTED_PROXIES: 'loopback',
  },
});

test('an admin sees what is set up, finds out what fails, and gives a directory a token that ends again', async ({
  page,
  context,
}) => {
  // Every page is looked at in light and dark, wide and narrow.
  test.slow();
  await enter(context, await house().person('Root'));
  await page.goto(`${house().url}/admin/directories`);
  await expect(page.getByRole('heading', { name: own.proxy })).toBeVisible();
  await expect(page.getByText(own.nowSilent)).toBeVisible();
  await expect(page.getByText(own.noTokens)).toBeVisible();
  await inspect(page);
  await page.getByLabel(own.testUser).fill('ada');
  await button(page, own.test).click();
  await expect(page.getByText('Nothing listens')).toBeVisible();
  await page.getByLabel(own.tokenName).fill('Entra');
  await button(page, own.makeToken).click();
  const ready = page.getByRole('group', { name: own.tokenReady });
  await expect(ready).toBeFocused();
  const token = (await ready.locator('code').textContent()) ?? '';
  await inspect(page);
  const ask = () => fetch(`${house().url}/scim/v2/Users`, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  await button(page, own.done).click();
  await expect(page.getByText(token)).toBeHidden();
  await button(page, own.deleteToken('Entra')).click();
  await expect(page.getByText(own.noTokens)).toBeVisible();
  expect((await ask()).status).toBe(401);
});

test('the sign-in page asks whose password it is, and says that the directory does not answer', async ({ page }) => {
  test.slow();
  await house().person('Root');
  await page.goto(`${house().url}/sign-in`);
  await page.getByLabel(words.auth.login, { exact: true }).fill('ada');
  await page.getByLabel(words.auth.password, { exact: true }).fill('her password');
  await expect(page.getByRole('radio', { name: own.company })).toBeChecked();
  await inspect(page);
  await button(page, words.auth.signIn).click();
  await expect(page.getByRole('alert')).toContainText('does not answer');
});

test('whom the proxy has signed in is in, without a word', async ({ page, context }) => {
  await house().person('Root');
  await context.setExtraHTTPHeaders({ 'X-Forwarded-Email': 'ada@example.org' });
  await page.goto(house().url);
  await expect(page.getByRole('button', { name: words.shell.account })).toBeVisible();
});
