import type { Browser, BrowserContext, Page } from '@playwright/test';
import { layCable } from './cable.ts';
import {
  answers,
  ask,
  button,
  conversationLink,
  gate,
  lastAnswer,
  listening,
  messageField,
  prose,
  questions,
  send,
  settled,
  sidebar,
  words,
} from './desk.ts';
import { enter, ownOrigins, type Person } from './house.ts';
import { expect, test, useHouse, watch } from './test.ts';

const house = useHouse({ provider: 'openai' });

test.beforeEach(() => house().fake.script({}));

/** A further device of the same person. */
async function device(
  browser: Browser,
  reader: Person,
): Promise<{ page: Page; context: BrowserContext; wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const wrong = watch(context);
  await enter(context, reader);
  const page = await context.newPage();
  return { page, context, wrong };
}

test('what is said on one device appears on the other, while it is being written', async ({
  page,
  context,
  browser,
}) => {
  const reader = await house().person();
  await enter(context, reader);
  const other = await device(browser, reader);
  await Promise.all([listening(other.page), other.page.goto(house().url)]);
  await page.goto(house().url);

  const rest = gate();
  house().fake.script({ text: ['Quite ', 'a ', 'lot.'], hold: { after: 2, until: rest.until } });
  await send(page, 'What happens elsewhere?');
  await expect(conversationLink(other.page, 'What happens elsewhere?')).toBeVisible();
  await expect(sidebar(other.page).getByRole('img', { name: words.chat.answerStarted })).toBeVisible();
  await conversationLink(other.page, 'What happens elsewhere?').click();
  await expect(prose(lastAnswer(other.page))).toHaveText('Quite a');
  rest.open();
  await settled(lastAnswer(other.page));
  await expect(prose(lastAnswer(other.page))).toHaveText('Quite a lot.');
  await expect(sidebar(other.page).getByRole('img', { name: words.chat.answerStarted })).toBeHidden();

  house().fake.script({});
  await ask(other.page, 'And back again?');
  await expect(questions(page)).toHaveCount(2);
  await settled(lastAnswer(page));
  await expect(prose(lastAnswer(page))).toHaveText('You said: And back again?');

  const id = new URL(page.url()).pathname.split('/').at(-1);
  await reader.patch(`/api/conversations/${id}`, { title: 'Renamed from a script' });
  await expect(conversationLink(page, 'Renamed from a script')).toBeVisible();
  await expect(conversationLink(other.page, 'Renamed from a script')).toBeVisible();
  expect(other.wrong).toEqual([]);
  await other.context.close();
});

test('what happened while the connection was away is there when it is back', async ({ page, context }) => {
  const cable = await layCable(house().url);
  ownOrigins.add(cable.url);
  try {
    const reader = await house().person();
    await enter(context, reader);
    await Promise.all([listening(page), page.goto(cable.url)]);
    await expect(button(page, words.chat.send)).toBeVisible();
    cable.cut();
    await reader.post('/api/conversations', { title: 'Made in the dark' });
    cable.mend();
    await expect(conversationLink(page, 'Made in the dark')).toBeVisible({ timeout: 30_000 });
  } finally {
    await cable.close();
  }
});

test('signing out elsewhere leads to the sign-in form', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await Promise.all([listening(page), page.goto(house().url)]);
  await reader.post('/api/auth/logout-all');
  await expect(page).toHaveURL(/sign-in/, { timeout: 15_000 });
});

test('a message that is sent while an answer is being written waits for its end', async ({
  page,
  context,
  browser,
}) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  const rest = gate();
  house().fake.script({ text: ['One ', 'moment.'], hold: { after: 1, until: rest.until } });
  await send(page, 'First');
  await expect(prose(lastAnswer(page))).toHaveText('One');
  await send(page, 'Second');
  await send(page, 'Third');
  const queue = page.getByRole('region', { name: words.chat.queue.title });
  await expect(queue.getByRole('listitem')).toHaveText(['Second', 'Third']);
  await expect(button(page, words.chat.stop)).toBeVisible();

  // It outlives a reload, and is seen on every device.
  const other = await device(browser, reader);
  await other.page.goto(page.url());
  await expect(other.page.getByRole('region', { name: words.chat.queue.title }).getByRole('listitem')).toHaveText([
    'Second',
    'Third',
  ]);
  await page.reload();
  await queue
    .getByRole('listitem')
    .filter({ hasText: 'Third' })
    .getByRole('button', { name: words.chat.queue.edit })
    .click();
  await expect(messageField(page)).toHaveValue('Third');
  await expect(queue.getByRole('listitem')).toHaveText(['Second']);

  house().fake.script({});
  rest.open();
  await expect(questions(page)).toHaveText([/First/, /Second/]);
  await expect(answers(page)).toHaveCount(2);
  await settled(lastAnswer(page));
  await expect(prose(lastAnswer(page))).toHaveText('You said: Second');
  await expect(queue).toBeHidden();
  await expect(prose(lastAnswer(other.page))).toHaveText('You said: Second');
  await other.context.close();
});

test('a message that was sent while the connection was being made no longer waits', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  const line = gate();
  await page.routeWebSocket(/socket\.io/, async (socket) => {
    await line.until;
    socket.connectToServer();
  });
  await page.goto(house().url);
  const rest = gate();
  house().fake.script({ text: ['One ', 'moment.'], hold: { after: 1, until: rest.until } });
  await send(page, 'First');
  await expect(prose(lastAnswer(page))).toHaveText('One');
  await send(page, 'Second');
  const queue = page.getByRole('region', { name: words.chat.queue.title });
  await expect(queue.getByRole('listitem')).toHaveText(['Second']);

  house().fake.script({});
  rest.open();
  await expect(prose(lastAnswer(page))).toHaveText('You said: Second');
  line.open();
  await expect(queue).toBeHidden();
});

test('a temporary chat says so, answers, remembers, and is gone with a reload', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await button(page, words.chat.temporary.title).click();
  await expect(page.getByText(words.chat.temporary.text)).toBeVisible();
  await ask(page, 'Keep this to yourself');
  await expect(prose(lastAnswer(page))).toHaveText('You said: Keep this to yourself');
  await ask(page, 'And this');
  await expect(questions(page)).toHaveCount(2);
  expect(house().fake.requests.at(-1)?.body['messages']).toHaveLength(3);
  await button(lastAnswer(page), words.chat.regenerate).click();
  await expect(lastAnswer(page).getByText('2/2')).toBeVisible();
  await settled(lastAnswer(page));
  expect(new URL(page.url()).pathname).toBe('/');
  expect((await reader.get('/api/conversations')).body.items).toEqual([]);
  await page.reload();
  await expect(messageField(page)).toBeVisible();
  await expect(answers(page)).toHaveCount(0);
  await expect(page.getByText(words.chat.temporary.text)).toBeHidden();
});

test('a temporary chat can be ended, and the next one is kept again', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await button(page, words.chat.temporary.title).click();
  await ask(page, 'Keep this to yourself');
  await button(page, words.chat.temporary.end).click();
  await expect(answers(page)).toHaveCount(0);
  await ask(page, 'Keep this');
  await expect(page).toHaveURL(/\/c\//);
});

test('an answer that was cut off can be gone on with', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  house().fake.script({ text: 'The beginning ', finish: 'length' });
  await ask(page, 'Tell me a story');
  house().fake.script({ text: 'and the end.' });
  await button(lastAnswer(page), words.chat.goOn).click();
  await expect(prose(lastAnswer(page))).toHaveText('The beginning and the end.');
  await settled(lastAnswer(page));
  await expect(answers(page)).toHaveCount(1);
  await expect(button(lastAnswer(page), words.chat.goOn)).toBeHidden();
  await page.reload();
  await expect(prose(lastAnswer(page))).toHaveText('The beginning and the end.');
});

test('what goes on is written although one leaves at once', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  house().fake.script({ text: 'The beginning ', finish: 'length' });
  await ask(page, 'Tell me a story');
  const address = page.url();
  house().fake.script({ text: 'and the end.' });
  const left = gate();
  await page.route('**/api/chat/continue', (route) => left.until.then(() => route.continue()));
  const asked = page.waitForRequest('**/api/chat/continue');
  await button(lastAnswer(page), words.chat.goOn).click();
  await asked;
  await page.getByRole('link', { name: words.prompts.title }).click();
  await expect(messageField(page)).toBeHidden();
  left.open();
  const id = new URL(address).pathname.split('/').at(-1);
  await expect
    .poll(async () => (await reader.get(`/api/conversations/${id}/messages`)).body.items.at(-1)?.content as string)
    .toBe('The beginning and the end.');
});

test('several models answer side by side, and one of the answers is kept', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await button(page, words.chat.compare.choose).click();
  await page.getByRole('menuitemcheckbox', { name: 'gpt-4o-mini' }).click();
  await page.keyboard.press('Escape');
  await expect(button(page, words.chat.compare.chosen(1))).toBeVisible();
  await send(page, 'Which of you?');
  const beside = page.getByRole('region', { name: words.chat.compare.title });
  await expect(beside.getByRole('article')).toHaveCount(2);
  for (const answer of await beside.getByRole('article').all()) await settled(answer);
  await page.reload();
  await expect(beside.getByRole('article')).toHaveCount(2);
  await button(page, words.chat.compare.keepNamed('gpt-4o')).click();
  await expect(beside).toBeHidden();
  await expect(answers(page)).toHaveCount(1);
  await expect(lastAnswer(page)).toHaveAccessibleName('Answer by gpt-4o');
  await expect(lastAnswer(page).getByText('1/2')).toBeVisible();
  await expect
    .poll(async () => (await reader.get('/api/conversations')).body.items[0]?.leaf_id as string | null)
    .not.toBeNull();
  await page.reload();
  await expect(lastAnswer(page)).toHaveAccessibleName('Answer by gpt-4o');

  // Another answer is one more version, not another column.
  await button(lastAnswer(page), words.chat.regenerate).click();
  await expect(lastAnswer(page).getByText('3/3')).toBeVisible();
  await settled(lastAnswer(page));
  await expect(beside).toBeHidden();
  await button(lastAnswer(page), words.chat.previous).click();
  await button(lastAnswer(page), words.chat.previous).click();
  await expect(lastAnswer(page).getByText('1/3')).toBeVisible();

  await ask(page, 'Go on, then');
  await expect(answers(page).first()).toHaveAccessibleName('Answer by gpt-4o');
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const { body } = await reader.get(`/api/conversations/${id}/messages`);
  const stored = body.items as { id: string; parent_id: string | null; role: string; model: string | null }[];
  const kept = stored.find(({ model }) => model === 'openai/gpt-4o');
  expect(stored.find(({ role, parent_id }) => role === 'user' && parent_id !== null)?.parent_id).toBe(kept?.id);
  await page.reload();
  await expect(answers(page)).toHaveCount(2);
});
