import type { Page } from '@playwright/test';
import { generateSync } from 'otplib';
import { goodPassword } from '../app.ts';
import { button, messageField, words } from './desk.ts';
import { enter, openHouse, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ env: { SIGNUP_MODE: 'open' } });
const own = words.signInSettings;

/** From the page that asks for a second factor to the desk. */
async function enrol(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: words.secondFactor.needTitle })).toBeVisible();
  await button(page, words.secondFactor.needBegin).click();
  const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(/\s/g, '');
  await page.getByLabel(words.secondFactor.firstCode).fill(generateSync({ secret }));
  await button(page, words.secondFactor.confirm).click();
  await expect(page.getByRole('group', { name: words.secondFactor.codesTitle })).toBeFocused();
  await button(page, words.secondFactor.kept).click();
  await expect(messageField(page)).toBeVisible();
}

async function enrolByApi(person: Person): Promise<void> {
  const { body } = await person.post('/api/auth/totp/enroll');
  const { status } = await person.post('/api/auth/totp/confirm', { code: generateSync({ secret: body.secret }) });
  expect(status).toBe(200);
}

test('an admin sees where each setting comes from, changes one, and goes back to the default', async ({
  page,
  context,
}) => {
  // Looked at in light and dark, wide and narrow.
  test.slow();
  const admin = await house().person('Root');
  await enter(context, admin);
  await page.goto(`${house().url}/admin`);
  await page.getByRole('link', { name: own.title }).click();
  const signup = page.getByLabel(own.labels.signup_mode, { exact: true });
  await expect(signup).toBeDisabled();
  await expect(signup).toHaveValue('open');
  await expect(page.getByText('SIGNUP_MODE')).toBeVisible();
  await inspect(page);

  const idle = page.getByLabel(own.labels.session_timeout_minutes, { exact: true });
  await expect(idle).toHaveValue('60');
  const card = page.locator('form').filter({ has: idle });
  await expect(button(card, words.app.save)).toBeDisabled();
  await idle.fill('0');
  await button(card, words.app.save).click();
  await expect(idle).toBeFocused();
  await idle.fill('15');
  await idle.press('Enter');
  await expect(card.getByText(own.sources.stored)).toBeVisible();
  await page.reload();
  await expect(idle).toHaveValue('15');
  await inspect(page);
  await card.getByRole('button', { name: own.reset('60') }).click();
  await expect(idle).toHaveValue('60');
  await expect(card.getByText(own.sources.stored)).toBeHidden();

  const confirm = page.getByLabel(own.labels.email_verification, { exact: true });
  await confirm.check();
  await page.locator('form').filter({ has: confirm }).getByRole('button', { name: words.app.save }).press('Enter');
  await expect(
    page.getByRole('button', { name: `${own.labels.email_verification}: ${own.reset(own.off)}` }),
  ).toBeVisible();
  await page.getByRole('link', { name: words.admin.audit }).click();
  const newest = page.getByRole('list', { name: words.admin.audit }).getByRole('listitem').first();
  await expect(newest).toContainText('settings.changed');
  await expect(newest).toContainText('email_verification: true');
});

test('a refusal stands where it happened and keeps what was typed', async ({ page, context }) => {
  const fresh = await openHouse();
  try {
    const root = await fresh.person('Root');
    await enter(context, root);
    await page.goto(`${fresh.url}/admin/sign-in`);
    const days = page.getByLabel(own.labels.session_absolute_days, { exact: true });
    await days.fill('7');
    await page.route('**/api/settings/auth', (route) => route.abort());
    await days.press('Enter');
    await expect(page.getByRole('alert')).toContainText(words.problem.offline);
    await expect(days).toHaveValue('7');
    await page.unroute('**/api/settings/auth');
    await days.press('Enter');
    await expect(page.getByText(own.sources.stored)).toBeVisible();
  } finally {
    await fresh.close();
  }
});

test('a factor that is asked for leads to setting it up, at the door and in the middle of things, and an admin resets it', async ({
  page,
  context,
  browser,
}) => {
  test.slow();
  const two = await openHouse();
  try {
    const admin = await two.person('Root');
    const reader = await two.person('Ada Reader');
    await enrolByApi(admin);
    await enter(context, reader);
    await page.goto(two.url);
    await expect(messageField(page)).toBeVisible();

    const desk = await browser.newContext();
    await enter(desk, admin);
    const admins = await desk.newPage();
    await admins.goto(`${two.url}/admin/sign-in`);
    const group = admins.getByRole('group', { name: own.labels.second_factor_roles });
    await group.getByLabel(own.everyone.user).check();
    await admins.locator('form').filter({ has: group }).getByRole('button', { name: words.app.save }).click();
    await expect(admins.locator('form').filter({ has: group }).getByText(own.sources.stored)).toBeVisible();

    // In the middle of things: the next thing that is asked for is refused, and that shows the way.
    await page.getByRole('link', { name: words.shell.files }).click();
    await expect(page.getByRole('heading', { name: words.secondFactor.needTitle })).toBeVisible();
    await inspect(page);
    await button(page, words.secondFactor.needBegin).click();
    await expect(page.getByRole('img', { name: words.secondFactor.qr })).toBeVisible();
    await inspect(page);
    await page.goto(`${two.url}/settings`);
    await enrol(page);
    await page.goto(`${two.url}/settings`);
    await expect(page.getByText(words.secondFactor.isNeeded)).toBeVisible();
    await expect(button(page, words.secondFactor.turnOff)).toHaveCount(0);

    await admins.getByRole('link', { name: words.admin.users }).click();
    await admins.getByRole('button', { name: words.admin.moreFor('Root') }).click();
    await expect(admins.getByRole('menuitem', { name: words.admin.quota })).toBeVisible();
    await expect(admins.getByRole('menuitem', { name: words.admin.resetFactor })).toHaveCount(0);
    await admins.keyboard.press('Escape');
    await admins.getByRole('button', { name: words.admin.moreFor('Ada Reader') }).click();
    await admins.getByRole('menuitem', { name: words.admin.resetFactor }).click();
    await expect(button(admins.getByRole('dialog'), words.admin.resetFactor)).toBeVisible();
    await inspect(admins);
    await button(admins.getByRole('dialog'), words.admin.resetFactor).click();
    await expect(admins.getByText(words.admin.factorReset('Ada Reader'))).toBeVisible();
    await desk.close();

    // Signed out everywhere; the password alone leads to setting up another.
    await page.goto(two.url);
    await page.getByLabel(words.auth.login).fill(reader.email);
    await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
    await button(page, words.auth.signIn).click();
    await enrol(page);
  } finally {
    await two.close();
  }
});
