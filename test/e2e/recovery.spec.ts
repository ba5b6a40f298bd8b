import type { Page } from '@playwright/test';
import { generateSync } from 'otplib';
import { startMailServer } from '../../server/platform/mail/mail-server.fixture.ts';
import { goodPassword } from '../app.ts';
import { violations } from './axe.ts';
import { button, words } from './desk.ts';
import { openHouse, type House, type Person } from './house.ts';
import { expect, test } from './test.ts';

/** Many pages in a row, each looked at twice. */
test.setTimeout(180_000);

let house: House;
let admin: Person;
let post: Awaited<ReturnType<typeof startMailServer>>;

test.beforeAll(async () => {
  post = await startMailServer();
  house = await openHouse({
    env: {
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(post.port),
      SMTP_TLS: 'none',
      SMTP_FROM: 'Carrel <carrel@example.org>',
    },
  });
  admin = await house.person('Ada');
});
test.afterAll(async () => {
  await house.close();
  await post.close();
});

async function inspect(page: Page): Promise<void> {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
  }
}

/** Path and token of the link in the newest mail to somebody; waits for it. */
async function mailedLink(to: string, path: string): Promise<string> {
  const find = (): string | undefined =>
    post.received
      .filter((mail) => mail.to.includes(to))
      .map(({ raw }) => raw.replaceAll('=\r\n', '').replaceAll('=3D', '='))
      .map((raw) => new RegExp(`/${path}#token=[\\w-]{43}`).exec(raw)?.[0])
      .findLast((link) => link !== undefined);
  await expect.poll(find).toBeDefined();
  return find() ?? '';
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto(`${house.url}/sign-in`);
  await page.getByLabel(words.auth.login).fill(email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(password);
  await button(page, words.auth.signIn).click();
}

const desk = (page: Page) => page.getByRole('heading', { level: 1 }).first();

test('second factor, forgotten password, and in again', async ({ page }) => {
  const { email } = admin;
  await signIn(page, email, goodPassword);
  await expect(page).toHaveURL(`${house.url}/`);
  await page.goto(`${house.url}/settings`);
  await button(page, words.secondFactor.turnOn).click();
  await expect(page.getByRole('img', { name: words.secondFactor.qr })).toBeVisible();
  const secret = (
    (await page.locator('form', { hasText: words.secondFactor.typeSecret }).locator('code').textContent()) ?? ''
  ).replaceAll(' ', '');
  await inspect(page);
  await page.getByLabel(words.secondFactor.firstCode).fill('12');
  await button(page, words.secondFactor.confirm).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel(words.secondFactor.firstCode).fill(generateSync({ secret }));
  await button(page, words.secondFactor.confirm).click();
  const shown = page.getByRole('group', { name: words.secondFactor.codesTitle });
  await expect(shown).toBeFocused();
  const codes = await shown.getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(10);
  const downloading = page.waitForEvent('download');
  await shown.getByRole('link', { name: words.secondFactor.download }).click();
  expect((await downloading).suggestedFilename()).toBe('carrel-backup-codes.txt');
  await inspect(page);
  await button(page, words.secondFactor.kept).click();
  await expect(page.getByText(words.secondFactor.isOn(10))).toBeVisible();
  await inspect(page);

  await page.context().clearCookies();
  await page.goto(`${house.url}/sign-in`);
  await page.getByRole('link', { name: words.recovery.forgot }).click();
  await inspect(page);
  await page.getByLabel(words.auth.email).fill(email);
  await button(page, words.recovery.forgotSubmit).click();
  await expect(page.getByText(words.recovery.forgotSent)).toBeVisible();
  const link = await mailedLink(email, 'reset');
  await page.goto(`${house.url}${link}`);
  await expect(page.getByRole('heading', { name: words.recovery.resetTitle })).toBeVisible();
  expect(page.url()).toBe(`${house.url}/reset`);
  await inspect(page);
  const password = 'seven herons walk at dusk';
  await page.getByLabel(words.settings.newPassword, { exact: true }).fill(password);
  await button(page, words.recovery.resetTitle).click();
  await expect(page.getByText(words.recovery.resetDone)).toBeVisible();
  await page.goto('about:blank');
  await page.goto(`${house.url}${link}`);
  await page.getByLabel(words.settings.newPassword, { exact: true }).fill(password);
  await button(page, words.recovery.resetTitle).click();
  await expect(page.getByText(words.recovery.linkOver)).toBeVisible();
  await inspect(page);

  await signIn(page, email, password);
  await expect(page.getByRole('heading', { name: words.secondFactor.stepTitle })).toBeVisible();
  await inspect(page);
  await page.getByLabel(words.secondFactor.code).fill('AAAAA-AAAAA');
  await button(page, words.auth.signIn).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel(words.secondFactor.code).fill(codes[0] ?? '');
  await button(page, words.auth.signIn).click();
  await expect(page).toHaveURL(`${house.url}/`);
  await expect(desk(page)).toBeVisible();

  await page.goto(`${house.url}/settings`);
  await expect(page.getByText(words.secondFactor.isOn(9))).toBeVisible();
  await button(page, words.secondFactor.turnOff).click();
  await page.getByLabel(words.secondFactor.proof).fill('not the password');
  await button(page, words.secondFactor.turnOff).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await inspect(page);
  await page.getByLabel(words.secondFactor.proof).fill(password);
  await button(page, words.secondFactor.turnOff).click();
  await expect(button(page, words.secondFactor.turnOn)).toBeVisible();
});

test('a new account confirms its address first', async ({ page }) => {
  const email = 'grace@example.org';
  await page.goto(`${house.url}/sign-up`);
  await page.getByLabel(words.auth.email).fill(email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.signUp).click();
  await expect(page.getByRole('heading', { name: words.recovery.waitTitle })).toBeVisible();
  await inspect(page);
  await signIn(page, email, goodPassword);
  await expect(page.getByRole('alert').getByRole('link', { name: words.recovery.resend })).toBeVisible();
  await inspect(page);
  await page.goto(`${house.url}${await mailedLink(email, 'verify')}`);
  await expect(page.getByText(words.recovery.verified)).toBeVisible();
  await inspect(page);
  await signIn(page, email, goodPassword);
  await expect(page).toHaveURL(`${house.url}/`);
});
