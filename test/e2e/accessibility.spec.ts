import type { Page } from '@playwright/test';
import { inBothSchemes } from './axe.ts';
import { ask, button, gate, lastAnswer, messageField, citations, prose, send, words } from './desk.ts';
import { enter, openHouse } from './house.ts';
import { burner, manualFile } from './manual.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });

/** Looks at what is shown now, in light and in dark. */
async function inspect(page: Page, what: string): Promise<void> {
  expect.soft(await inBothSchemes(page, { only: 'wcag' }), what).toEqual([]);
}

test('setup', async ({ page }) => {
  const fresh = await openHouse();
  try {
    await page.goto(fresh.url);
    await expect(page.getByRole('heading', { name: words.auth.setupTitle })).toBeVisible();
    await inspect(page, 'setup');
  } finally {
    await fresh.close();
  }
});

test('sign-in, with a refusal, and sign-up', async ({ page }) => {
  await house().person();
  await page.goto(`${house().url}/sign-in`);
  await expect(page.getByRole('heading', { name: words.auth.signInTitle })).toBeVisible();
  await inspect(page, 'sign-in');
  await page.getByLabel(words.auth.login).fill('nobody@example.org');
  await page.getByLabel(words.auth.password, { exact: true }).fill('not the password at all');
  await button(page, words.auth.signIn).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await inspect(page, 'sign-in refused');
  await page.goto(`${house().url}/sign-up`);
  await expect(page.getByRole('heading', { name: words.auth.signUpTitle })).toBeVisible();
  await inspect(page, 'sign-up');
});

test('the desk, an answer with everything, its source, the picker, the list of shortcuts', async ({
  page,
  context,
}) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await expect(page.getByRole('heading', { name: /Ada$/ })).toBeVisible();
  await inspect(page, 'empty chat');

  await page.getByRole('button', { name: /^Model: / }).click();
  await expect(page.getByRole('option', { name: /gpt-4o-mini/ })).toBeVisible();
  await inspect(page, 'model picker');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox')).toBeHidden();

  const manual = await manualFile();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.chat.attach).click()]);
  await chooser.setFiles(manual);
  await expect(page.getByRole('listitem').filter({ hasText: manual.name })).toContainText(words.files.ready);
  await inspect(page, 'attachment');
  house().fake.script({
    reasoning: 'The table of page 4 has it.',
    text: '## The burner\n\nIt gives **21 kilowatts** at full flame [1].\n\n```js\nconst power = 21; // kW\n```\n\n| What | How much |\n| --- | --- |\n| power | 21 kW |\n\nThat is $$P = 21$$. See [the works](https://example.org) and `E07`.\n\n> A quotation.\n\n- [x] done\n',
  });
  const answer = await ask(page, burner.question);
  house().fake.script({ text: 'Another version [1].' });
  await button(answer, words.chat.regenerate).click();
  await expect(prose(lastAnswer(page))).toContainText('Another version');
  await button(lastAnswer(page), words.chat.previous).click();
  await expect(lastAnswer(page).locator('.katex')).toBeVisible();
  await expect(lastAnswer(page).locator('pre span[style*="color"]').first()).toBeVisible();
  await inspect(page, 'answer');

  await citations(lastAnswer(page), 1).click();
  await expect(page.getByText(words.chat.pageLong(burner.page), { exact: true })).toBeVisible();
  await expect(page.locator('[data-mark]').first()).toBeVisible();
  await inspect(page, 'source as a page');
  await button(page, words.sources.asText).click();
  await expect(page.getByText('Technical Data').last()).toBeVisible();
  await inspect(page, 'source as text');
  await page.keyboard.press('Escape');

  await messageField(page).focus();
  await page.keyboard.press('Control+/');
  await expect(page.getByRole('dialog', { name: words.shortcuts.title })).toBeVisible();
  await inspect(page, 'shortcuts');
});

test('a temporary chat, answers side by side, messages that wait', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await button(page, words.chat.temporary.title).click();
  await expect(page.getByText(words.chat.temporary.text)).toBeVisible();
  await inspect(page, 'temporary chat');
  await button(page, words.chat.temporary.end).click();

  await button(page, words.chat.compare.choose).click();
  await page.getByRole('menuitemcheckbox', { name: 'gpt-4o-mini' }).click();
  await inspect(page, 'further models');
  await page.keyboard.press('Escape');
  house().fake.script({ text: 'An answer that ends too early', finish: 'length' });
  await send(page, 'Which of you?');
  await expect(page.getByRole('region', { name: words.chat.compare.title })).toContainText('gpt-4o-mini');
  await expect(button(page, words.chat.goOn).first()).toBeVisible();
  await inspect(page, 'side by side');
  await page
    .getByRole('button', { name: /^Keep this one/ })
    .first()
    .click();

  const rest = gate();
  house().fake.script({
    text: ['One ', 'moment.'],
    hold: { after: 1, until: rest.until },
    fault: { kind: 'error', after: 2 },
  });
  await send(page, 'First');
  await expect(prose(lastAnswer(page))).toHaveText('One');
  await send(page, 'Second');
  await expect(page.getByRole('region', { name: words.chat.queue.title })).toContainText('Second');
  await inspect(page, 'waiting');
  rest.open();
  await expect(button(page, words.chat.queue.resume)).toBeVisible();
  await inspect(page, 'held');
  house().fake.script({});
});

test('files, settings and the list of conversations', async ({ page, context, isMobile }) => {
  const reader = await house().person();
  await reader.post('/api/conversations', { title: 'A conversation' });
  await reader.uploadAndWait('notes.md', '# Notes', 'text/markdown');
  await enter(context, reader);
  await page.goto(`${house().url}/files`);
  await expect(page.getByText('notes.md')).toBeVisible();
  await inspect(page, 'files');
  await page.goto(`${house().url}/settings`);
  await expect(page.getByText(words.settings.thisDevice)).toBeVisible();
  await inspect(page, 'settings');
  if (isMobile) {
    await button(page, words.shell.showSidebar).tap();
    await expect(page.getByRole('link', { name: 'A conversation' })).toBeVisible();
    await inspect(page, 'drawer');
  }
  await page.getByRole('button', { name: /Ada Reader/ }).click();
  await expect(page.getByRole('menuitem', { name: words.auth.signOut })).toBeVisible();
  await inspect(page, 'account menu');
});
