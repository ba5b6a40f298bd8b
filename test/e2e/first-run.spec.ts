import { manualQuestions } from '../fixtures/manual.ts';
import { goodPassword } from '../app.ts';
import {
  answers,
  ask,
  button,
  citations,
  drop,
  focusedName,
  messageField,
  prose,
  sourceList,
  sourcePanel,
  words,
} from './desk.ts';
import { enter } from './house.ts';
import { burner, lever, manualFile } from './manual.ts';
import { expect, test, useHouse } from './test.ts';

// No model anywhere: the Librarian alone.
const house = useHouse();

test('from the first start to a cited answer', async ({ page }) => {
  await page.goto(house().url);
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.getByRole('heading', { name: words.auth.setupTitle })).toBeVisible();
  await page.getByLabel(words.auth.email, { exact: true }).fill('ada@example.org');
  await page.getByLabel(words.auth.name, { exact: false }).first().fill('Ada Reader');
  await page.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(page, words.auth.setupSubmit).click();

  await expect(page.getByRole('heading', { name: /Ada$/ })).toBeVisible();
  await expect(page.getByText(words.chat.librarianOnly)).toBeVisible();

  const manual = await manualFile();
  await drop(page.getByRole('main'), manual);
  const chip = page.getByRole('listitem').filter({ hasText: manual.name });
  await expect(chip).toBeVisible();
  await expect(chip).toContainText(words.files.ready);

  const answer = await ask(page, burner.question);
  await expect(prose(answer)).toContainText(burner.answer);
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/);

  const chipInText = citations(answer, 1).first();
  await chipInText.click();
  const panel = sourcePanel(page);
  await expect(panel.getByRole('heading', { name: `Source 1: ${manual.name}` })).toBeVisible();
  await expect(panel).toContainText(words.chat.pageLong(burner.page));
  await expect(panel.locator('[data-mark=words]').first()).toBeInViewport();
  await button(panel, words.sources.asText).click();
  await expect(panel.locator('mark').filter({ hasText: burner.answer })).toBeVisible();
  // The rest of the page stands around what is cited.
  await expect(panel).toContainText('Technical Data');

  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(chipInText).toBeFocused();
});

test('each question is answered from its page, after an upload with the picker', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  const manual = await manualFile();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.chat.attach).click()]);
  await chooser.setFiles(manual);
  await expect(page.getByRole('listitem').filter({ hasText: manual.name })).toContainText(words.files.ready);
  for (const { question, answer: expected, page: number } of manualQuestions) {
    const answer = await ask(page, question);
    await expect(prose(answer)).toContainText(expected);
    await expect(sourceList(answer).first()).toContainText(words.chat.page(number));
  }
});

test('the keyboard alone asks, opens a source and comes back', async ({ page, context }) => {
  const reader = await house().person();
  await reader.uploadAndWait('manual.pdf', (await manualFile()).buffer, 'application/pdf');
  await enter(context, reader);
  await page.goto(house().url);
  await expect(messageField(page)).toBeFocused();
  await page.keyboard.type(lever.question);
  await page.keyboard.press('Enter');
  const answer = answers(page).last();
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect(answer).toContainText(lever.answer);

  await expect(async () => {
    await page.keyboard.press('Shift+Tab');
    expect(await focusedName(page)).toMatch(/^Open source 1,/);
  }).toPass();
  await page.keyboard.press('Enter');
  const panel = sourcePanel(page);
  await expect(panel.getByRole('heading', { name: /^Source 1/ })).toBeFocused();
  await expect(panel).toContainText(words.chat.pageLong(lever.page));
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect.poll(() => focusedName(page)).toMatch(/^Open source 1,/);
});

test('says plainly that it found nothing', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  const answer = await ask(page, 'What is the airspeed of an unladen swallow?');
  await expect(answer).toHaveAccessibleName(/Librarian/i);
  await expect(prose(answer)).not.toBeEmpty();
  await expect(sourceList(answer)).toHaveCount(0);
});
