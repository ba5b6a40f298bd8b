import { goodPassword } from '../app.ts';
import { inBothSchemes } from './axe.ts';
import { button, messageField, words } from './desk.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

test('a new password is judged as it is typed', async ({ page }) => {
  await house().person('The first one');
  await page.goto(`${house().url}/sign-up`);
  await page.getByLabel(words.auth.email, { exact: true }).fill('ada.lovelace@example.org');
  const password = page.getByLabel(words.auth.password, { exact: true });
  await expect(password).toHaveAccessibleDescription(words.auth.passwordHint(15));
  await password.fill('too short');
  await expect(password).toHaveAccessibleDescription(words.auth.passwordCount(9, 15));
  await expect(page.getByText(words.auth.strength('weak'))).toBeVisible();
  await password.fill('letmein letmein letmein');
  await expect(password).toHaveAccessibleDescription(words.auth.passwordCommon);
  await password.fill('ada.lovelace@example.org');
  await expect(password).toHaveAccessibleDescription(words.auth.passwordAboutYou);
  await password.fill(goodPassword);
  await expect(password).toHaveAccessibleDescription(words.auth.passwordHint(15));
  await expect(page.getByText(words.auth.strength('strong'))).toBeVisible();
  expect(await inBothSchemes(page)).toEqual([]);
});

test('who asked to stay signed in goes on without signing in again', async ({ page, context }) => {
  const { email } = await house().person();
  await page.goto(`${house().url}/sign-in`);
  await page.getByLabel(words.auth.login).fill(email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await page.getByLabel(words.auth.remember).check();
  await button(page, words.auth.signIn).click();
  await expect(messageField(page)).toBeVisible();
  const cookies = await context.cookies(`${house().url}/api/auth/refresh`);
  const [session, refresh] = ['session', 'refresh'].map((what) => cookies.find(({ name }) => name.includes(what)));
  expect(refresh).toMatchObject({ path: '/api/auth', httpOnly: true, sameSite: 'Strict' });
  expect(refresh?.expires).toBeGreaterThan(Date.now() / 1_000 + 29 * 86_400);

  // The server knows this one no longer, as after the idle time.
  if (!session) throw new Error('there is no session cookie');
  await context.addCookies([{ ...session, value: 'A'.repeat(43) }]);
  await page.reload();
  await expect(messageField(page)).toBeVisible();
  await page.goto(`${house().url}/settings`);
  await expect(page.getByRole('heading', { name: words.settings.title, exact: true })).toBeVisible();
});
