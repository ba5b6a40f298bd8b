import type { Locator, Page } from '@playwright/test';
import { newId } from '../../server/lib/ids.ts';
import { answers, button, lastAnswer, messageField, prose, questions, send, settled, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
const COUNT = 2_000;

/** A long conversation as an export of it is taken in; the ids of its messages by their number. */
async function longChat(reader: Person): Promise<{ path: string; title: string }> {
  const id = newId();
  const ids = Array.from({ length: COUNT }, () => newId());
  const from = Date.now() - COUNT * 60_000;
  const shared = { usage: null, sources: [], parts: [], finish_reason: null, error: null, generation_id: null };
  const messages = ids.map((one, at) => ({
    ...shared,
    id: one,
    conversation_id: id,
    parent_id: ids[at - 1] ?? null,
    role: at % 2 === 0 ? 'user' : 'assistant',
    content:
      at % 2 === 0
        ? `Question number ${at}`
        : `Answer number ${at}\n\n${'A sentence that fills a line or two. '.repeat(at % 7)}\n\n- one\n- two`,
    status: 'complete',
    model: null,
    provider: null,
    first_token_ms: null,
    duration_ms: null,
    created_at: new Date(from + at * 60_000).toISOString(),
  }));
  const title = 'A long talk';
  const time = new Date().toISOString();
  const fields = { model: null, pinned: false, archived: false, tags: [], memory: true };
  const { body } = await reader.post('/api/conversations/import', {
    ...fields,
    format: 'carrel.conversation',
    version: 1,
    id,
    title,
    created_at: time,
    updated_at: time,
    messages,
  });
  return { path: `/c/${body.items[0].conversation_id}`, title };
}

const scroller = (page: Page): Locator => page.locator('[data-scroller]');
const topOf = async (locator: Locator): Promise<number> => (await locator.boundingBox())?.y ?? Number.NaN;

let reader: Person;
let path: string;
test.beforeAll(async () => {
  reader = await house().person();
  ({ path } = await longChat(reader));
});
test.beforeEach(async ({ page, context }) => {
  await enter(context, reader);
  await page.goto(house().url + path);
  await expect(prose(lastAnswer(page))).toContainText(`Answer number ${COUNT - 1}`);
});

test('a conversation of 2,000 messages opens at its end, with few of them in the page', async ({ page }) => {
  await expect(lastAnswer(page)).toBeInViewport();
  expect(await page.locator('[data-message]').count()).toBeLessThan(60);
});

test('earlier messages come as one scrolls up, and what one reads stays where it is', async ({ page }) => {
  // What is loaded first is its last hundred.
  await expect
    .poll(async () => {
      await page.mouse.move(700, 400);
      await page.mouse.wheel(0, -4_000);
      return page
        .locator('[data-message]')
        .filter({ hasText: /Question number 1[0-8]\d\d$/ })
        .count();
    })
    .toBeGreaterThan(0);
  const inView = page.locator('[data-message]').filter({ hasText: 'Question number' });
  await expect(button(page, words.chat.loadOlder)).toBeAttached();
  const shown = await inView.evaluateAll((all) => {
    const one = all.find((element) => {
      const { top, bottom } = (
        element as unknown as { getBoundingClientRect(): { top: number; bottom: number } }
      ).getBoundingClientRect();
      return top > 150 && bottom < 650;
    });
    return (one as unknown as { dataset: Record<string, string> } | undefined)?.dataset['message'] ?? '';
  });
  const seen = page.locator(`[data-message="${shown}"]`);
  await expect(seen).toBeInViewport();
  const before = await topOf(seen);
  const answered = page.waitForResponse((response) => response.url().includes('/messages'));
  await button(page, words.chat.loadOlder).dispatchEvent('click');
  await answered;
  await expect(seen).toBeInViewport();
  await expect.poll(async () => Math.abs((await topOf(seen)) - before)).toBeLessThan(4);
  expect(await page.locator('[data-message]').count()).toBeLessThan(60);
});

test('a message that was found is opened where it stands', async ({ page }) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: words.palette.title }).fill('Question number 1500');
  await page
    .getByRole('option', { name: /Question number 1500/ })
    .first()
    .click();
  await expect(questions(page).filter({ hasText: 'Question number 1500' })).toBeInViewport();
  await expect(answers(page).filter({ hasText: 'Answer number 1501' })).toBeAttached();
});

test('what is being edited stays, however far one scrolls', async ({ page }) => {
  const last = questions(page).last();
  await last.hover();
  await button(last, words.chat.edit).click();
  const field = page.getByRole('textbox', { name: words.chat.editLabel });
  await field.fill('Words of mine');
  await page.mouse.move(700, 300);
  for (let step = 0; step < 8; step += 1) await page.mouse.wheel(0, -3_000);
  await expect(field).toBeAttached();
  await expect(field).toHaveValue('Words of mine');
  await page.keyboard.press('Escape');
  await expect(messageField(page)).toBeFocused();
});

test('ten thousand pixels of scrolling keep the page whole', async ({ page }) => {
  await scroller(page).evaluate((element) => {
    (element as unknown as { scrollTop: number }).scrollTop -= 5_000;
  });
  await expect(answers(page).first()).toBeAttached();
  await expect.poll(() => answers(page).filter({ visible: true }).count()).toBeGreaterThan(0);
});

test('an answer that is written at the end is followed, until one scrolls away', async ({ page }) => {
  house().fake.script({ text: ['One more. ', ...Array.from({ length: 60 }, (_, at) => `Paragraph ${at}.\n\n`)] });
  await send(page, 'Question at the end');
  await expect(lastAnswer(page).getByText('Paragraph 59.')).toBeInViewport();
  await settled(lastAnswer(page));
  await page.mouse.move(700, 400);
  await page.mouse.wheel(0, -3_000);
  await expect(button(page, words.chat.toEnd)).toBeVisible();
  await button(page, words.chat.toEnd).click();
  await expect(lastAnswer(page).getByText('Paragraph 59.')).toBeInViewport();
});
