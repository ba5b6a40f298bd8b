import { goodPassword } from '../app.ts';
import { ask, button, conversationLink, lastAnswer, messageField, prose, sidebar, words } from './desk.ts';
import { enter, openHouse } from './house.ts';
import { expect, test, useHouse, watch } from './test.ts';
import type { Page } from '@playwright/test';

const house = useHouse();

async function signIn(page: Page, login: string, password = goodPassword): Promise<void> {
  await page.getByLabel(words.auth.login).fill(login);
  await page.getByLabel(words.auth.password, { exact: true }).fill(password);
  await page.getByLabel(words.auth.password, { exact: true }).press('Enter');
}

test('sign up, sign out, sign in', async ({ page }) => {
  await house().person('The first one');
  await page.goto(house().url);
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.getByRole('link', { name: words.auth.signUp }).click();
  await page.getByLabel(words.auth.email, { exact: true }).fill('Grace@Example.org');
  await page.getByRole('textbox', { name: words.auth.name, exact: false }).first().fill('Grace Reader');
  await page.getByLabel(words.auth.password, { exact: true }).fill('too short');
  await button(page, words.auth.signUp).click();
  await expect(page).toHaveURL(/\/sign-up/);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.signUp).click();
  await expect(page.getByRole('heading', { name: /Grace$/ })).toBeVisible();

  await sidebar(page)
    .getByRole('button', { name: /Grace Reader/ })
    .click();
  await page.getByRole('menuitem', { name: words.auth.signOut }).click();
  await expect(page.getByRole('heading', { name: words.auth.signInTitle })).toBeVisible();
  await page.goto(`${house().url}/settings`);
  await expect(page).toHaveURL(/\/sign-in/);

  await signIn(page, 'grace@example.org', 'not the password at all');
  await expect(page.getByRole('alert')).toContainText(/password/i);
  await expect(messageField(page)).toBeHidden();
  await signIn(page, 'grace@example.org');
  await expect(page.getByRole('heading', { name: words.settings.title, exact: true })).toBeVisible();
});

test('a second account with the same address is refused beside the form', async ({ page }) => {
  const { email } = await house().person();
  await page.goto(`${house().url}/sign-up`);
  await page.getByLabel(words.auth.email, { exact: true }).fill(email);
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.signUp).click();
  await expect(page.getByRole('alert')).toContainText(/e-mail|address/i);
  await expect(page).toHaveURL(/\/sign-up/);
});

test('where sign-up is closed the page says so', async ({ page }) => {
  const closed = await openHouse({ env: { SIGNUP_MODE: 'closed' } });
  try {
    await closed.person();
    await page.goto(closed.url);
    await expect(page.getByText(words.auth.closed)).toBeVisible();
    await expect(page.getByRole('link', { name: words.auth.signUp })).toHaveCount(0);
    await page.goto(`${closed.url}/sign-up`);
    await expect(page.getByText(words.auth.closed)).toBeVisible();
    await expect(page.getByLabel(words.auth.password, { exact: true })).toHaveCount(0);
  } finally {
    await closed.close();
  }
});

test('a session that has ended leads to the form and back to where one was', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await ask(page, 'Where was I?');
  const address = page.url();
  await messageField(page).fill('Half a thought');
  await context.clearCookies();
  // Whichever comes first, this or something that the page asks by itself, the form is next.
  await page.keyboard.press('Enter');
  await expect(page.getByText(words.auth.ended)).toBeVisible();
  await signIn(page, reader.email);
  await expect(page).toHaveURL(address);
  await expect(prose(lastAnswer(page))).toBeVisible();
  await expect(messageField(page)).toHaveValue('Half a thought');

  await context.clearCookies();
  await page.goto(address);
  await expect(page).toHaveURL(/return_to/);
  await signIn(page, reader.email);
  await expect(page).toHaveURL(address);
});

test('the form leads to no other host', async ({ page }) => {
  const reader = await house().person();
  for (const evil of ['//evil.example/x', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    await page.context().clearCookies();
    await page.goto(`${house().url}/sign-in?return_to=${encodeURIComponent(evil)}`);
    await signIn(page, reader.email);
    await expect(page).toHaveURL(`${house().url}/`);
  }
});

test('drafts survive a reload, each in its place', async ({ page, context }) => {
  const reader = await house().person();
  const { body } = await reader.post('/api/conversations', { title: 'With a draft' });
  await reader.post(`/api/conversations/${body.id}/messages`, { content: 'Hello.' });
  await enter(context, reader);
  await page.goto(house().url);
  await messageField(page).fill('For a new chat');
  await conversationLink(page, 'With a draft').click();
  await expect(page.getByText('Hello.')).toBeVisible();
  await expect(messageField(page)).toHaveValue('');
  await messageField(page).fill('For this one');
  await page.reload();
  await expect(messageField(page)).toHaveValue('For this one');
  await page.goto(house().url);
  await expect(messageField(page)).toHaveValue('For a new chat');
});

test('two people never see each other’s things', async ({ page, context, browser }) => {
  const [anna, bert] = [await house().person('Anna'), await house().person('Bert')];
  const file = await anna.uploadAndWait('diary.md', 'The password of the safe is marmalade.', 'text/markdown');
  await enter(context, anna);
  await page.goto(house().url);
  await ask(page, 'What is the password of the safe?');
  await expect(prose(lastAnswer(page))).toContainText('marmalade');
  const address = page.url();

  const other = await browser.newContext();
  const wrong = watch(other);
  try {
    await enter(other, bert);
    const berts = await other.newPage();
    await berts.goto(house().url);
    await expect(sidebar(berts).getByText(words.shell.emptyTitle)).toBeVisible();
    await ask(berts, 'What is the password of the safe?');
    await expect(lastAnswer(berts)).not.toContainText('marmalade');
    await berts.goto(`${house().url}/files`);
    await expect(berts.getByText(words.files.emptyTitle)).toBeVisible();
    await berts.goto(address);
    await expect(berts.getByText(words.chat.missingTitle)).toBeVisible();
    expect((await other.request.get(`${house().url}/api/files/${file.id}/content`)).status()).toBe(404);

    // The same browser, handed over: nothing of the first person stays.
    await messageField(page).fill('Something private');
    await sidebar(page).getByRole('button', { name: /Anna/ }).click();
    await page.getByRole('menuitem', { name: words.auth.signOut }).click();
    await signIn(page, bert.email);
    await expect(conversationLink(page, 'What is the password of the safe?')).toHaveCount(1);
    await expect(page.getByText('marmalade')).toHaveCount(0);
    expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('Something private');
    expect(wrong).toEqual([]);
  } finally {
    await other.close();
  }
});

test('a device is signed out from the settings', async ({ page, context, browser }) => {
  const reader = await house().person();
  await enter(context, reader);
  const other = await browser.newContext({
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  });
  try {
    const far = await other.newPage();
    await far.goto(house().url);
    await signIn(far, reader.email);
    await expect(messageField(far)).toBeVisible();
    await page.goto(`${house().url}/settings`);
    await button(page, words.settings.revokeLabel('Firefox, Linux')).click();
    await expect(page.getByText(words.settings.revoked)).toBeVisible();
    await far.reload();
    await expect(far.getByRole('heading', { name: words.auth.signInTitle })).toBeVisible();
  } finally {
    await other.close();
  }
});
