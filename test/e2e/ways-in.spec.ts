import type { Page } from '@playwright/test';
import { generateSync } from 'otplib';
import { goodPassword } from '../app.ts';
import { CLIENT, startRealIssuer, type RealIssuer } from '../oidc/real-issuer.ts';
import { freePort } from '../process.ts';
import { violations } from './axe.ts';
import { button, words } from './desk.ts';
import { enter, openHouse, ownOrigins, type House, type Person } from './house.ts';
import { expect, test } from './test.ts';

/** Many pages in a row, each looked at twice. */
test.setTimeout(180_000);

let issuer: RealIssuer;
let house: House;
let admin: Person;
/** Passkeys are for names, not for addresses. */
let site: string;

test.beforeAll(async () => {
  const port = await freePort();
  site = `http://localhost:${port}`;
  issuer = await startRealIssuer(`${site}/oauth/house-id/callback`);
  house = await openHouse({ env: { PORT: String(port), PUBLIC_URL: site } });
  ownOrigins.add(site);
  ownOrigins.add(issuer.url);
  admin = await house.person('Ada');
});
test.afterAll(async () => {
  await house.close();
  await issuer.close();
});

async function inspect(page: Page, name: string): Promise<void> {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
    const shots = process.env['SHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}-${width}.png` });
  }
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${site}/sign-in`);
  await page.getByLabel(words.auth.login).fill(email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.signIn).click();
  await expect(page).toHaveURL(`${site}/`);
}
const signOut = async (page: Page): Promise<void> => {
  await page.context().clearCookies();
};

/** A security key that says yes, as a finger on it would. */
async function withKey(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test('a passkey is made in the settings, signs in, is renamed and removed', async ({ page }) => {
  await withKey(page);
  await signIn(page, admin.email);
  await page.goto(`${site}/settings`);
  const section = page.locator('section', { has: page.getByRole('heading', { name: words.waysIn.passkeys.title }) });
  await button(section, words.waysIn.passkeys.add).click();
  await section.getByLabel(words.waysIn.passkeys.name).fill('Key of the desk');
  await button(section, words.waysIn.passkeys.create).click();
  await section.getByLabel(words.secondFactor.proof).fill(goodPassword);
  await button(section, words.waysIn.passkeys.create).click();
  await expect(section.getByRole('listitem')).toContainText('Key of the desk');
  await section.scrollIntoViewIfNeeded();
  await inspect(page, 'passkeys');

  await signOut(page);
  await page.goto(`${site}/sign-in`);
  await button(page, words.waysIn.withPasskey).click();
  await expect(page).toHaveURL(`${site}/`);

  await page.goto(`${site}/settings`);
  await button(section, words.waysIn.passkeys.renameLabel('Key of the desk')).click();
  await section.getByLabel(words.waysIn.passkeys.name).fill('Old key');
  await button(section, words.app.save).click();
  await button(section, words.waysIn.passkeys.removeLabel('Old key')).click();
  await section.getByLabel(words.secondFactor.proof).fill(goodPassword);
  await button(section, words.waysIn.passkeys.remove).click();
  await expect(section.getByText(words.waysIn.passkeys.none)).toBeVisible();
});

test('where a role needs a second factor, a passkey made at the door is one, and is asked for from then on', async ({
  page,
}) => {
  await withKey(page);
  const reader = await house.person('Needy');
  const settings = words.secondFactor;
  await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] });
  try {
    await page.goto(`${site}/sign-in`);
    await page.getByLabel(words.auth.login).fill(reader.email);
    await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
    await button(page, words.auth.signIn).click();
    await expect(page.getByRole('heading', { name: settings.needTitle })).toBeVisible();
    await inspect(page, 'need-factor');
    await button(page, settings.needPasskeyBegin).click();
    await inspect(page, 'need-passkey');
    await button(page, words.waysIn.passkeys.create).click();
    await page.getByLabel(settings.proof).fill(goodPassword);
    await button(page, words.waysIn.passkeys.create).click();
    await expect(page).toHaveURL(`${site}/`);

    await signOut(page);
    await page.goto(`${site}/sign-in`);
    await page.getByLabel(words.auth.login).fill(reader.email);
    await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
    await button(page, words.auth.signIn).click();
    await expect(page.getByText(settings.stepTextEither)).toBeVisible();
    await inspect(page, 'second-step');
    await button(page, words.waysIn.stepWithPasskey).click();
    await expect(page).toHaveURL(`${site}/`);
  } finally {
    await admin.patch('/api/settings/auth', { second_factor_roles: [] });
  }
});

test('a second factor moves to a new phone in the settings, with a backup code', async ({ page }) => {
  const mover = await house.person('Mover');
  const { secret } = (await mover.post('/api/auth/totp/enroll')).body;
  const { backup_codes } = (await mover.post('/api/auth/totp/confirm', { code: generateSync({ secret }) })).body;
  await enter(page.context(), mover);
  await page.goto(`${house.url}/settings`);
  const settings = words.secondFactor;
  const section = page.locator('section', { has: page.getByRole('heading', { name: settings.title }) });
  await button(section, settings.move).click();
  await section.scrollIntoViewIfNeeded();
  await inspect(page, 'move-factor');
  await section.getByLabel(settings.moveProof).fill(backup_codes[0]);
  await button(section, settings.moveNext).click();
  const next = ((await section.locator('code').textContent()) ?? '').replaceAll(/\s/g, '');
  expect(next).not.toBe(secret);
  await section.getByLabel(settings.firstCode).fill(generateSync({ secret: next }));
  await button(section, settings.confirm).click();
  await expect(section.getByRole('group', { name: settings.codesTitle })).toBeVisible();
  await button(section, settings.kept).click();
  await expect(section.getByText(settings.isOn(10))).toBeVisible();
});

test('without a passkey at hand the page says what to do', async ({ page }) => {
  await page.goto(`${site}/sign-in`);
  // A browser without any authenticator gives up by itself only after minutes: here it is told to.
  await page.evaluate('navigator.credentials.get = () => Promise.reject(new DOMException("no", "NotAllowedError"))');
  await button(page, words.waysIn.withPasskey).click();
  await expect(page.getByText(words.waysIn.cancelled)).toBeVisible();
  await inspect(page, 'passkey-cancelled');
});

test('an admin adds a provider and tests it; somebody comes in by it, and the page says why others do not', async ({
  page,
}) => {
  await signIn(page, admin.email);
  await page.goto(`${site}/admin/sign-in`);
  const ways = words.waysIn.providers;
  await button(page, ways.add).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(ways.id).fill('house-id');
  await dialog.getByLabel(ways.name).fill('House ID');
  await dialog.getByLabel(ways.issuer, { exact: true }).fill(issuer.url);
  await dialog.getByLabel(ways.clientId).fill(CLIENT.id);
  await dialog.getByLabel(ways.clientSecret).fill('a wrong secret, to begin with');
  await expect(dialog.getByText(`${site}/oauth/house-id/callback`)).toBeVisible();
  await inspect(page, 'provider-form');
  await button(dialog, words.app.save).click();
  await button(page, ways.testLabel('House ID')).click();
  await expect(page.getByText(ways.fails, { exact: true })).toBeVisible();
  await expect(page.getByText(/invalid_client/)).toBeVisible();
  await inspect(page, 'provider-test');

  await button(page, ways.editLabel('House ID')).click();
  await dialog.getByLabel(ways.clientSecret).fill(CLIENT.secret);
  await button(dialog, words.app.save).click();
  await expect(dialog).toBeHidden();
  await button(page, ways.testLabel('House ID')).click();
  await expect(page.getByText(ways.works, { exact: true }).first()).toBeVisible();

  await signOut(page);
  await page.goto(`${site}/sign-in?return_to=%2Fsettings`);
  await inspect(page, 'sign-in');
  issuer.person = { sub: 'unsure', email: 'unsure@example.org', email_verified: false };
  await page.getByRole('link', { name: words.waysIn.withProvider('House ID') }).click();
  await expect(page.getByText(words.waysIn.refused.EMAIL_NOT_VERIFIED)).toBeVisible();
  await inspect(page, 'sign-in-refused');

  await signOut(page);
  await page.goto(`${site}/sign-in?return_to=%2Fsettings`);
  issuer.person = { sub: 'grace', email: 'grace@example.org', email_verified: true, name: 'Grace' };
  await page.getByRole('link', { name: words.waysIn.withProvider('House ID') }).click();
  await expect(page).toHaveURL(`${site}/settings`);
  const linked = page.locator('section', { has: page.getByRole('heading', { name: words.waysIn.linked.title }) });
  await expect(linked.getByRole('listitem')).toContainText('grace@example.org');
  await button(linked, words.waysIn.linked.unlinkLabel('House ID')).click();
  await button(linked, words.waysIn.linked.unlinkSure).click();
  await expect(linked.getByText(/only way to sign in/)).toBeVisible();
  await linked.scrollIntoViewIfNeeded();
  await inspect(page, 'linked');
});
