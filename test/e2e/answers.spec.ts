import {
  answers,
  ask,
  button,
  citations,
  conversationLink,
  gate,
  lastAnswer,
  messageField,
  prose,
  questions,
  send,
  settled,
  sourcePanel,
  words,
} from './desk.ts';
import { enter } from './house.ts';
import { burner, manualFile } from './manual.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });

test.beforeEach(async ({ page, context }) => {
  house().fake.script({});
  await enter(context, await house().person());
  await page.goto(house().url);
});

const picker = (page: Parameters<typeof messageField>[0]) => page.getByRole('button', { name: /^Model: / });
const rich = [
  'Here is **all of it**:\n\n',
  '```python\ndef area(r: float) -> float:\n    return 3.14159 * r ** 2\n```\n\n',
  '| Roast | Minutes |\n| --- | ---: |\n| light | 9 |\n| dark | 14 |\n\n',
  'The area is $$A = \\pi r^2$$ for each $$r > 0$$.\n\n',
  '- [x] measured\n- [ ] written down\n',
];

test('a model answers about a file, with sources', async ({ page, context }) => {
  const reader = await house().person();
  const { id } = await reader.uploadAndWait('manual.pdf', (await manualFile()).buffer, 'application/pdf');
  expect(id).toBeTruthy();
  await context.clearCookies();
  await enter(context, reader);
  await page.goto(house().url);
  const manual = await manualFile();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.chat.attach).click()]);
  await chooser.setFiles(manual);
  await expect(page.getByRole('listitem').filter({ hasText: manual.name })).toContainText(words.files.ready);

  const answer = await ask(page, burner.question);
  await expect(answer).toHaveAccessibleName(/gpt-4o/);
  await expect(prose(answer)).toContainText('According to your documents');
  await citations(answer, 1).click();
  await expect(sourcePanel(page)).toContainText(words.chat.pageLong(burner.page));
  await expect(sourcePanel(page).locator('[data-mark]').first()).toBeVisible();
  await button(sourcePanel(page), words.sources.asText).click();
  await expect(sourcePanel(page).locator('mark').first()).toBeVisible();
});

test('Markdown: code that can be copied, a table, formulas, a list of tasks', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  house().fake.script({ text: rich });
  const answer = await ask(page, 'Show me everything.');
  await expect(answer.locator('strong')).toHaveText('all of it');
  await expect(answer.getByRole('table').getByRole('row')).toHaveCount(3);
  await expect(answer.locator('.katex')).toHaveCount(2);
  await expect(answer.getByRole('checkbox')).toHaveCount(2);
  await expect(answer.getByRole('checkbox').first()).toBeChecked();
  const code = answer.locator('pre[aria-label=python]');
  await expect(code).toContainText('return 3.14159 * r ** 2');
  // Coloured: the tokens have come.
  await expect(code.locator('span[style*="color"]').first()).toBeVisible();

  await button(answer, words.chat.copyCode).click();
  await expect
    .poll(() => page.evaluate<string>('navigator.clipboard.readText()'))
    .toBe('def area(r: float) -> float:\n    return 3.14159 * r ** 2');
  await button(answer, words.chat.copyMarkdown).click();
  await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toBe(rich.join(''));
});

test('the picker finds a model, and the choice is kept', async ({ page }) => {
  await picker(page).click();
  const search = page.getByRole('combobox', { name: words.models.search });
  await expect(search).toBeFocused();
  await search.fill('mini');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(picker(page)).toHaveAccessibleName('Model: gpt-4o-mini');

  const answer = await ask(page, 'Who are you?');
  await expect(answer).toHaveAccessibleName(/gpt-4o-mini/);
  expect(house().fake.requests.at(-1)?.body).toMatchObject({ model: 'gpt-4o-mini' });

  await page.goto(house().url);
  await expect(picker(page)).toHaveAccessibleName('Model: gpt-4o-mini');
  await picker(page).click();
  await page.getByRole('combobox').fill('nothing like it');
  await expect(page.getByText(words.models.none('nothing like it'))).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox')).toBeHidden();
});

test('a message is deleted with what came after it, when one is sure, and is gone on another page at once', async ({
  page,
  context,
}) => {
  await ask(page, 'The first question.');
  await ask(page, 'The second question.');
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(questions(other)).toHaveCount(2);
  const dialog = page.getByRole('dialog', { name: words.chat.deleting.title });
  await questions(page).last().hover();
  await button(questions(page).last(), words.chat.deleting.button).click();
  await button(dialog, words.app.cancel).click();
  await expect(dialog).toBeHidden();
  await expect(questions(page)).toHaveCount(2);
  await button(questions(page).last(), words.chat.deleting.button).click();
  await button(dialog, words.chat.deleting.forGood).click();
  for (const one of [page, other]) {
    await expect(questions(one)).toHaveCount(1);
    await expect(answers(one)).toHaveCount(1);
  }
  await page.reload();
  await expect(questions(page)).toHaveText(/The first question/);

  await button(lastAnswer(page), words.chat.deleting.button).click();
  await button(dialog, words.chat.deleting.forGood).click();
  await expect(answers(page)).toHaveCount(0);
  await expect(questions(page)).toHaveCount(1);
});

test('regenerate, also with another model, and the way back', async ({ page }) => {
  house().fake.script({ text: 'The first version.' });
  await ask(page, 'Tell me something.');
  await expect(prose(lastAnswer(page))).toHaveText('The first version.');

  house().fake.script({ text: 'The second version.' });
  await button(lastAnswer(page), words.chat.regenerate).click();
  await expect(prose(lastAnswer(page))).toHaveText('The second version.');
  await expect(lastAnswer(page).getByRole('group', { name: words.chat.version(2, 2) })).toBeVisible();

  house().fake.script({ text: 'The version of another model.' });
  await button(lastAnswer(page), words.chat.regenerateWith).click();
  await page.getByRole('menuitem', { name: 'gpt-4o-mini' }).click();
  await expect(prose(lastAnswer(page))).toHaveText('The version of another model.');
  await expect(lastAnswer(page)).toHaveAccessibleName(/gpt-4o-mini/);
  await expect(lastAnswer(page).getByRole('group', { name: words.chat.version(3, 3) })).toBeVisible();

  await button(lastAnswer(page), words.chat.previous).click();
  await expect(prose(lastAnswer(page))).toHaveText('The second version.');
  await button(lastAnswer(page), words.chat.previous).click();
  await expect(prose(lastAnswer(page))).toHaveText('The first version.');
  await expect(button(lastAnswer(page), words.chat.previous)).toBeDisabled();
  await button(lastAnswer(page), words.chat.next).click();
  await expect(prose(lastAnswer(page))).toHaveText('The second version.');
  await expect(answers(page)).toHaveCount(1);
});

test('an edited message runs again, and the first one is still there', async ({ page }) => {
  await ask(page, 'How tall is Mount Everst?');
  await questions(page).hover();
  await button(questions(page), words.chat.edit).click();
  const field = page.getByRole('textbox', { name: words.chat.editLabel });
  await field.fill('How tall is Mount Everest?');
  await button(page, words.chat.saveAndRun).click();
  await expect(prose(lastAnswer(page))).toHaveText('You said: How tall is Mount Everest?');
  await settled(lastAnswer(page));
  const versions = questions(page).getByRole('group', { name: words.chat.version(2, 2) });
  await expect(versions).toBeVisible();
  await button(versions, words.chat.previous).click();
  await expect(prose(lastAnswer(page))).toHaveText('You said: How tall is Mount Everst?');
  await expect(questions(page)).toContainText('Everst?');
});

for (const way of ['Stop', 'Esc'] as const) {
  test(`${way} ends an answer in the middle and keeps what was written`, async ({ page }) => {
    house().fake.script({ text: ['one ', 'two ', 'three ', 'four'], hold: { after: 3, until: gate().until } });
    await send(page, 'Count.');
    await expect(prose(lastAnswer(page))).toHaveText('one two three');
    if (way === 'Stop') await button(page, words.chat.stop).click();
    else await page.keyboard.press('Escape');
    await settled(lastAnswer(page));
    await expect(lastAnswer(page)).toContainText(words.chat.stopped);
    await expect(prose(lastAnswer(page))).toHaveText('one two three');
    await expect(button(page, words.chat.send)).toBeVisible();
    await page.reload();
    await expect(lastAnswer(page)).toContainText(words.chat.stopped);
    await expect(prose(lastAnswer(page))).toHaveText('one two three');
    await house().fake.requests.at(-1)?.ended;
    expect(house().fake.requests.at(-1)?.closedEarly).toBe(true);
  });
}

test('reasoning folds, a failure is told with what was written', async ({ page }) => {
  house().fake.script({ reasoning: ['Let me ', 'think.'], text: 'Forty-two.' });
  const answer = await ask(page, 'What is the answer?');
  const fold = answer.getByRole('button', { name: /Reasoning|Thought for/ });
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await fold.click();
  await expect(answer.getByText('Let me think.')).toBeVisible();

  house().fake.script({
    text: ['Half of ', 'it, and no more'],
    fault: { kind: 'error', after: 1, message: 'overheated' },
  });
  const failed = await ask(page, 'And the question?');
  await expect(prose(failed)).toHaveText('Half of');
  await expect(failed).toContainText(words.chat.failed);

  house().fake.script({ text: 'All of it.' });
  await button(failed, words.chat.regenerate).click();
  await expect(prose(lastAnswer(page))).toHaveText('All of it.');
});

test('follows a growing answer, lets go when the reader scrolls up, and offers the way to the end', async ({
  page,
}) => {
  const more = gate();
  const lines = Array.from({ length: 80 }, (_, at) => `Line ${at + 1}.\n\n`);
  house().fake.script({ text: lines, hold: { after: 60, until: more.until } });
  await send(page, 'A long one, please.');
  await expect(page.getByText('Line 60.', { exact: true })).toBeInViewport();
  await page.getByText('Line 60.', { exact: true }).hover();
  await page.mouse.wheel(0, -1_200);
  await expect(button(page, words.chat.toEnd)).toBeVisible();
  more.open();
  await settled(lastAnswer(page));
  await expect(page.getByText('Line 80.', { exact: true })).not.toBeInViewport();
  await button(page, words.chat.toEnd).click();
  await expect(page.getByText('Line 80.', { exact: true })).toBeInViewport();
  await expect(button(page, words.chat.toEnd)).toBeHidden();
});

test('Shift+Enter breaks the line, and the title comes from the first question', async ({ page }) => {
  await messageField(page).pressSequentially('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await settled(lastAnswer(page));
  await expect(questions(page)).toContainText('First line\nsecond line', { useInnerText: true });
  await expect(conversationLink(page, 'First line')).toBeVisible();
});
