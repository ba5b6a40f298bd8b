import { button, messageField, sidebar, words } from './desk.ts';
import { enter } from './house.ts';
import { expect, test, useHouse } from './test.ts';

// Chromium hears a beep from a device of its own, and asks nobody.
test.use({
  permissions: ['microphone'],
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [...(launchOptions.args ?? []), '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    }),
});

const house = useHouse({ provider: 'openai', models: ['gpt-4o', 'whisper-1'] });
const heard = /Heard \d{3,} bytes of speech\.webm\./;

test('what is said is recorded, written down by the instance, and put behind what was typed', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  await messageField(page).fill('Dear diary.');
  await button(page, words.context.dictate).click();
  await expect(button(page, words.context.dictateStop)).toHaveAttribute('aria-pressed', 'true');
  const asked = page.waitForRequest('**/api/audio/transcriptions');
  // Something has to be said before it ends.
  await page.evaluate('new Promise((done) => setTimeout(done, 800))');
  await button(page, words.context.dictateStop).click();
  await asked;
  await expect(messageField(page)).toHaveValue(new RegExp(`^Dear diary\\. ${heard.source}$`));
  await expect(button(page, words.context.dictate)).toBeEnabled();
});

test('what could not be written down is said, and what was said before leaving goes nowhere', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.route('**/api/audio/transcriptions', (route) => route.fulfill({ status: 502, json: {} }), { times: 1 });
  await page.goto(house().url);
  await button(page, words.context.dictate).click();
  await button(page, words.context.dictateStop).click();
  await expect(page.getByText(words.context.dictationFailed.failed)).toBeVisible();

  let sent = 0;
  page.on('request', (request) => (sent += request.url().endsWith('/transcriptions') ? 1 : 0));
  await button(page, words.context.dictate).click();
  await expect(button(page, words.context.dictateStop)).toBeVisible();
  await sidebar(page).getByRole('link', { name: words.files.title, exact: true }).click();
  await page.goBack();
  await expect(messageField(page)).toHaveValue('');
  expect(sent).toBe(0);
});
