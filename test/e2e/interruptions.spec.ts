import type { Page } from '@playwright/test';
import { layCable } from './cable.ts';
import {
  button,
  conversationLink,
  gate,
  lastAnswer,
  messageField,
  numberedWords,
  prose,
  send,
  settled,
  sidebar,
  words,
} from './desk.ts';
import { enter, openHouse, ownOrigins, type Person } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });

const script = numberedWords(60);
const whole = script.join('').trim();
const half = script.slice(0, 20).join('').trim();

/** Asks for the sixty words; the model stops after twenty until the gate is opened. */
async function askForWords(page: Page, { fake } = house()): Promise<() => void> {
  const rest = gate();
  fake.script({ text: script, hold: { after: 20, until: rest.until } });
  await send(page, 'Say sixty words.');
  // As a paragraph: the renderer is there, too, and what is cut afterwards is the answer alone.
  await expect(prose(lastAnswer(page)).getByRole('paragraph')).toHaveText(half);
  return () => rest.open();
}

async function storedAnswer(reader: Person, page: Page): Promise<{ content: string; status: string } | undefined> {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const { body } = await reader.get<{ items: { role: string; content: string; status: string }[] }>(
    `/api/conversations/${id}/messages`,
  );
  return body.items.findLast(({ role }) => role === 'assistant');
}

test('a reload in the middle of an answer goes on where it was', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  const open = await askForWords(page);
  await page.reload();
  await expect(prose(lastAnswer(page))).toHaveText(half);
  await expect(lastAnswer(page)).toHaveAttribute('aria-busy', 'true');
  await expect(button(page, words.chat.stop)).toBeVisible();
  open();
  await settled(lastAnswer(page));
  await expect(prose(lastAnswer(page))).toHaveText(whole);
  expect(await storedAnswer(reader, page)).toMatchObject({ content: script.join(''), status: 'complete' });
});

test('a list of messages that was asked for before and comes late takes nothing away', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  house().fake.script({ text: 'The first.' });
  await send(page, 'First');
  await settled(lastAnswer(page));
  const [late, asked] = [gate(), gate()];
  await page.route(
    /\/messages\?/,
    async (route) => {
      const response = await route.fetch();
      asked.open();
      await late.until;
      await route.fulfill({ response }).catch(() => undefined);
    },
    { times: 1 },
  );
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const rename = () => reader.patch(`/api/conversations/${id}`, { title: 'Named elsewhere' });
  let isAsked = false;
  void asked.until.then(() => (isAsked = true));
  // A page whose socket is not open yet does not hear of it.
  await expect.poll(() => rename().then(() => isAsked)).toBe(true);
  const open = await askForWords(page);
  late.open();
  await expect(conversationLink(page, 'Named elsewhere')).toBeVisible();
  await expect(prose(lastAnswer(page))).toHaveText(half);
  open();
  await expect(prose(lastAnswer(page))).toHaveText(whole);
});

test('an answer goes on while another conversation is read', async ({ page, context }) => {
  const reader = await house().person();
  const { body } = await reader.post('/api/conversations', { title: 'Something else' });
  await reader.post(`/api/conversations/${body.id}/messages`, { content: 'A note.' });
  await enter(context, reader);
  await page.goto(house().url);
  const open = await askForWords(page);
  await conversationLink(page, 'Something else').click();
  await expect(page.getByText('A note.')).toBeVisible();
  await conversationLink(page, 'Say sixty words.').click();
  await expect(prose(lastAnswer(page))).toHaveText(half);
  await conversationLink(page, 'Something else').click();
  await expect(page.getByText('A note.')).toBeVisible();
  open();
  await expect.poll(async () => (await reader.get('/api/conversations')).body.items.length).toBe(2);
  await conversationLink(page, 'Say sixty words.').click();
  await settled(lastAnswer(page));
  await expect(prose(lastAnswer(page))).toHaveText(whole);
});

test('the network is cut in the middle: nothing is lost or doubled', async ({ page, context }) => {
  const cable = await layCable(house().url);
  ownOrigins.add(cable.url);
  try {
    const reader = await house().person();
    await enter(context, reader);
    await page.goto(cable.url);
    const open = await askForWords(page);
    cable.cut();
    await expect(page.getByText(words.chat.reconnecting, { exact: true }).first()).toBeVisible();
    await expect(prose(lastAnswer(page))).toHaveText(half);
    // The server writes on while nobody listens.
    open();
    await expect.poll(async () => (await storedAnswer(reader, page))?.status).toBe('complete');
    cable.mend();
    await settled(lastAnswer(page));
    await expect(prose(lastAnswer(page))).toHaveText(whole);
  } finally {
    await cable.close();
  }
});

test('an answer can be read although its renderer cannot be fetched', async ({ page, context }) => {
  await enter(context, await house().person());
  await context.route(/\/assets\/markdown-(?!part)[^/]*\.js$/, (route) => route.abort('connectionreset'));
  await page.goto(house().url);
  house().fake.script({ text: 'Some **plain** words.' });
  await send(page, 'Say something.');
  await expect(lastAnswer(page)).toContainText(/Some \W*plain\W* words\./);
  await settled(lastAnswer(page));
  await expect(messageField(page)).toBeVisible();
});

test('parts of the page that cannot be fetched leave the rest standing', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  await messageField(page).fill('Half a thought');
  await context.setOffline(true);
  await page.getByRole('button', { name: /^Model: / }).click();
  await page.keyboard.press('Escape');
  await messageField(page).press('End');
  await messageField(page).pressSequentially(' more');
  await expect(messageField(page)).toHaveValue('Half a thought more');
  await sidebar(page).getByRole('link', { name: words.shell.files, exact: true }).click();
  await expect(page.getByText(words.app.offline)).toBeVisible();
  await expect(sidebar(page)).toBeVisible();
  await context.setOffline(false);
  await page.goto(house().url);
  await expect(messageField(page)).toHaveValue('Half a thought more');
});

test('a dialog and a page whose files an update has taken away say so, and a reload mends it', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  await expect(messageField(page)).toBeFocused();
  await context.route(/\/assets\/(modal-body|settings-page)-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
  await page.keyboard.press('Control+k');
  await expect(page.getByText(words.app.outdated)).toBeVisible();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${house().url}/settings`);
  await expect(page.getByRole('heading', { name: words.app.partTitle })).toBeVisible();
  await expect(page.getByRole('main').getByText(words.app.outdated)).toBeVisible();
  await expect(button(page, words.shell.newChat)).toBeVisible();
  await context.unrouteAll();
  await button(page.getByRole('main'), words.app.reload).click();
  await expect(page.getByRole('heading', { name: words.settings.title, exact: true })).toBeVisible();
});

test('offline: said, the draft is kept, and sending works again when the connection is back', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  house().fake.script({});
  await expect(messageField(page)).toBeFocused();
  await context.setOffline(true);
  await expect(page.getByText(words.app.offline)).toBeVisible();
  await send(page, 'Is anybody there?');
  await expect(page.getByRole('alert')).toContainText(words.problem.offline);
  await expect(messageField(page)).toHaveValue('Is anybody there?');
  await context.setOffline(false);
  await expect(page.getByText(words.app.offline)).toBeHidden();
  await messageField(page).press('Enter');
  await expect(prose(lastAnswer(page))).toHaveText('You said: Is anybody there?');
});

test('the server dies in the middle: the text stays, marked, and can be made anew', async ({ page, context }) => {
  const shaky = await openHouse({ provider: 'openai' });
  const cable = await layCable(shaky.url);
  ownOrigins.add(cable.url);
  try {
    const reader = await shaky.person();
    await enter(context, reader);
    await page.goto(cable.url);
    await askForWords(page, shaky);
    // A second of text may be lost; what is stored may not.
    await expect.poll(async () => (await storedAnswer(reader, page))?.content.trim()).toBe(half);
    cable.cut();
    cable.mend(await shaky.crashAndStart());
    await expect(lastAnswer(page)).toContainText(words.chat.interrupted, { timeout: 20_000 });
    await settled(lastAnswer(page));
    await expect(prose(lastAnswer(page))).toHaveText(half);
    shaky.fake.script({ text: script });
    await button(lastAnswer(page), words.chat.regenerate).click();
    await expect(prose(lastAnswer(page))).toHaveText(whole);
    await button(lastAnswer(page), words.chat.previous).click();
    await expect(prose(lastAnswer(page))).toHaveText(half);
    await expect(lastAnswer(page)).toContainText(words.chat.interrupted);
  } finally {
    await cable.close();
    await shaky.close();
  }
});
