import type { Page } from '@playwright/test';
import { button, gate, listening, messageField, prose, lastAnswer, send, settled, sidebar, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });

/** The page has ended its request for the answer's events, and the server has heard of it, before what it was asked since: nobody reads along from then on. */
async function letsGo(page: Page): Promise<void> {
  await page.waitForEvent('requestfailed', (request) => request.url().includes('/stream'));
  for (let n = 0; n < 10; n += 1) await page.evaluate("fetch('/health').then((answer) => answer.text())");
}

test('an answer that ended elsewhere is told of, until it is looked at', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  const end = gate();
  house().fake.script({ text: ['A start, ', 'and an end.'], hold: { after: 1, until: end.until } });
  await send(page, 'Take your time');
  await expect(prose(lastAnswer(page))).toContainText('A start');
  const left = letsGo(page);
  await page.getByRole('link', { name: words.prompts.title }).click();
  await left;
  await expect(button(sidebar(page), words.notices.title(0))).toBeVisible();
  end.open();
  await expect(button(sidebar(page), words.notices.title(1))).toBeVisible();
  await expect(sidebar(page).getByRole('img', { name: words.notices.unread })).toBeVisible();
  await button(sidebar(page), words.notices.title(1)).click();
  await inspect(page, [1280]);
  await page.getByRole('menuitem', { name: /Take your time/ }).click();
  await settled(lastAnswer(page));
  await expect(prose(lastAnswer(page))).toContainText('and an end.');
  await expect(button(sidebar(page), words.notices.title(0))).toBeVisible();
  await expect(sidebar(page).getByRole('img', { name: words.notices.unread })).toBeHidden();
});

test('an answer that ended while its page was closed is read once the page is open on it', async ({
  page,
  context,
}) => {
  const reader = await house().person();
  const unread = async () => (await reader.get<{ unread: number }>('/api/notifications')).body.unread;
  await enter(context, reader);
  await page.goto(house().url);
  const end = gate();
  house().fake.script({ text: ['A start, ', 'and an end.'], hold: { after: 1, until: end.until } });
  await send(page, 'Take your time');
  await expect(prose(lastAnswer(page))).toContainText('A start');
  await expect(page).toHaveURL(/\/c\//);
  const address = page.url();
  const left = letsGo(page);
  await page.getByRole('link', { name: words.prompts.title }).click();
  await left;
  await page.goto('about:blank');
  end.open();
  await expect.poll(unread).toBe(1);
  await page.goto(address);
  await expect(prose(lastAnswer(page))).toContainText('and an end.');
  await expect.poll(unread).toBe(0);
});

test('what one is told of is the same on all devices, and read on one it is read on the other', async ({
  page,
  context,
  browser,
}) => {
  const reader = await house().person('Ada Reader');
  const friend = await house().person('Ben Friend');
  const away = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await enter(context, reader);
  await enter(away, reader);
  const other = await away.newPage();
  for (const one of [page, other]) {
    await Promise.all([listening(one), one.goto(house().url)]);
    await expect(button(sidebar(one), words.notices.title(0))).toBeVisible();
  }
  const { body } = await friend.post('/api/collections', { name: 'Bees and their keepers' });
  await friend.put(`/api/collections/${body.id}/shares`, { user_id: reader.id, access: 'read' });
  await expect(button(sidebar(page), words.notices.title(1))).toBeVisible();
  await button(sidebar(other), words.notices.title(1)).click();
  await inspect(other, [1280]);
  await other.getByRole('menuitem', { name: /Bees and their keepers/ }).click();
  await expect(other).toHaveURL(new RegExp(`/collections/${body.id}$`));
  await expect(other.getByRole('heading', { name: 'Bees and their keepers' })).toBeVisible();
  await expect(button(sidebar(page), words.notices.title(0))).toBeVisible();
  await away.close();
});

test('an answer that goes on on the server while its tab is hidden is whole when one comes back', async ({
  page,
  context,
}) => {
  const reader = await house().person();
  await enter(context, reader);
  await Promise.all([listening(page), page.goto(house().url)]);
  const middle = gate();
  house().fake.script({ text: ['A start, ', 'a middle, ', 'an end.'], hold: { after: 1, until: middle.until } });
  await send(page, 'Take your time');
  await expect(prose(lastAnswer(page))).toHaveText('A start,');
  const look = (hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
       document.dispatchEvent(new Event('visibilitychange'))`,
    );
  const left = letsGo(page);
  await look(true);
  await left;
  middle.open();
  await expect(button(sidebar(page), words.notices.title(1))).toBeVisible();
  await look(false);
  await settled(lastAnswer(page));
  await expect(prose(lastAnswer(page))).toHaveText('A start, a middle, an end.');
  await expect(button(sidebar(page), words.notices.title(0))).toBeVisible();
});

test('a diagram is drawn as a picture in which nothing runs, and can be read as text', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  house().fake.script({
    text: 'Look:\n\n```mermaid\nflowchart LR\n  a[Drum] --> b{Crack?}\n  b -- yes --> c["<img src=https://elsewhere.example/x onerror=alert(1)>"]\n```\n\n```mermaid\nnothing known\n```\n',
  });
  await send(page, 'Draw it');
  const picture = lastAnswer(page).getByRole('img', { name: /flowchart LR/ });
  await expect(picture).toBeVisible();
  expect(await picture.getAttribute('src')).toMatch(/^data:image\/svg\+xml/);
  await expect(lastAnswer(page).locator('pre').filter({ hasText: 'nothing known' })).toBeVisible();
  await expect(lastAnswer(page).getByText(words.chat.notDrawn)).toBeVisible();
  await inspect(page, [1280]);
  await button(lastAnswer(page), words.chat.asText).click();
  await expect(lastAnswer(page).locator('pre').filter({ hasText: 'flowchart LR' })).toBeVisible();
  await button(lastAnswer(page), words.chat.asDiagram).click();
  await expect(picture).toBeVisible();
});

test('a conversation is forked, a message kept in other words, the last answer copied by its keys', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await enter(context, await house().person());
  await page.goto(house().url);
  house().fake.script({ text: 'The **first** answer.' });
  await send(page, 'A question with a tpyo');
  await settled(lastAnswer(page));
  await messageField(page).focus();
  await page.keyboard.press('Control+Shift+C');
  await expect(page.getByText(words.chat.copiedLast)).toBeVisible();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('The **first** answer.');

  const question = page.getByRole('article', { name: words.chat.you, exact: true });
  await question.hover();
  await button(question, words.chat.edit).click();
  await page.getByRole('textbox', { name: words.chat.editLabel }).fill('A question without a typo');
  await button(page, words.chat.saveOnly).click();
  await expect(question).toContainText('A question without a typo');
  await expect(prose(lastAnswer(page))).toContainText('The first answer.');

  const from = page.url();
  await button(lastAnswer(page), words.chat.branch).click();
  await expect(page).not.toHaveURL(from);
  await expect(prose(lastAnswer(page))).toContainText('The first answer.');
  await expect(question).toContainText('A question without a typo');
});

test('what was asked about a row stays when the window narrows', async ({ page, context }) => {
  const reader = await house().person();
  await reader.post('/api/conversations', { title: 'To be shared' });
  await enter(context, reader);
  await page.goto(house().url);
  const row = sidebar(page).getByRole('link', { name: 'To be shared' });
  await row.hover();
  await button(page, words.shell.more('To be shared')).click();
  await page.getByRole('menuitem', { name: words.shares.menu }).click();
  const dialog = page.getByRole('dialog', { name: words.shares.title('To be shared') });
  await expect(dialog).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(dialog).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(dialog).toBeVisible();
});
