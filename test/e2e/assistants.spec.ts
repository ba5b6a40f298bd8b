import { answers, ask, button, gate, lastAnswer, messageField, send, settled, sidebar, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ env: { SIGNUP_MODE: 'open' } });
const { assistants } = words;

let owner: Person | undefined;
const ada = (): Person => {
  if (!owner) throw new Error('The first person is made before the tests.');
  return owner;
};
test.beforeAll(async () => {
  owner = await house().person('Ada Reader');
  await house().person('Bob Friend');
});

test('the form says how the model answers and what is looked up, and it is tried before anything is saved', async ({
  page,
  context,
}) => {
  const reader = await house().person('Eve Maker');
  const file = await reader.uploadAndWait('harbour.txt', 'The harbour master keeps the golden key.', 'text/plain');
  await enter(context, reader);
  await page.goto(`${house().url}/assistants`);
  await button(page, assistants.add).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(assistants.options, { exact: true }).click();
  await dialog.getByLabel(assistants.option.temperature).fill('0.2');
  await dialog.getByLabel(assistants.option.max_tokens).fill('300');
  await dialog.getByLabel(assistants.reasoning).selectOption('low');
  await dialog.getByLabel(assistants.stop).fill('END');
  await dialog.getByLabel('harbour.txt').check();
  await dialog.getByLabel(assistants.system).fill('You know the harbour.');
  const trial = dialog.getByRole('region', { name: assistants.tryIt });
  await trial.getByLabel(assistants.tryItQuestion).fill('Who keeps the golden key?');
  await trial.getByLabel(assistants.tryItQuestion).press('Enter');
  await expect(trial.locator('.prose')).toContainText('The harbour master keeps the golden key.');
  await inspect(page);
  await page.setViewportSize({ width: 1280, height: 844 });
  expect((await reader.get('/api/conversations')).body.items).toEqual([]);

  await dialog.getByLabel(assistants.name, { exact: true }).fill('Harbour');
  await button(dialog, words.app.save).click();
  await expect(dialog).toBeHidden();
  const [made] = (await reader.get('/api/assistants')).body.items;
  const options = { temperature: 0.2, max_tokens: 300, stop: ['END'], reasoning_effort: 'low' };
  expect(made).toMatchObject({ options, file_ids: [file.id], system: 'You know the harbour.' });

  await button(page, assistants.edit('Harbour')).click();
  await expect(dialog.getByLabel(assistants.option.temperature)).toHaveValue('0.2');
  await expect(dialog.getByLabel('harbour.txt')).toBeChecked();
  await dialog.getByLabel(assistants.option.temperature).fill('');
  await dialog.getByLabel(assistants.stop).fill('');
  await button(dialog, words.app.save).click();
  await expect(dialog).toBeHidden();
  const [changed] = (await reader.get('/api/assistants')).body.items;
  expect(changed).toMatchObject({ options: { max_tokens: 300, reasoning_effort: 'low' }, file_ids: [file.id] });
  expect(changed.options).toEqual({ max_tokens: 300, reasoning_effort: 'low' });

  // Files that cannot be looked up now are not files that are gone.
  await page.route(`**/api/files/${file.id}`, (route) => route.fulfill({ status: 500 }));
  await page.reload();
  await button(page, assistants.edit('Harbour')).click();
  await expect(dialog.getByText(assistants.filesFailed)).toBeVisible();
  await inspect(page);
  await page.setViewportSize({ width: 1280, height: 844 });
  await button(dialog, words.app.save).click();
  await expect(dialog).toBeHidden();
  expect((await reader.get('/api/assistants')).body.items[0]).toMatchObject({ file_ids: [file.id] });
  await page.unrouteAll();

  await button(page, assistants.edit('Harbour')).click();
  await expect(dialog.getByLabel('harbour.txt')).toBeChecked();
  // Stop is kept in mind until the server has said what is to be stopped.
  const taken = gate();
  await page.route('**/api/chat/stream', (route) => taken.until.then(() => route.continue()));
  await trial.getByLabel(assistants.tryItQuestion).fill('Who keeps the golden key?');
  await trial.getByLabel(assistants.tryItQuestion).press('Enter');
  await button(trial, words.chat.stop).click();
  const stopped = page.waitForRequest(
    (request) => request.method() === 'DELETE' && request.url().includes('/api/chat/generations/'),
  );
  taken.open();
  await stopped;
  await page.unrouteAll();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await page.setViewportSize({ width: 390, height: 844 });
  const heading = page.getByRole('heading', { name: assistants.title, level: 1 });
  const cut = await heading.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  expect(cut).toBe(false);
});

test('an assistant is made, asked by its first question, chosen in the list, by @, shared and deleted', async ({
  page,
  context,
}) => {
  test.slow();
  await enter(context, ada());
  await page.goto(`${house().url}/assistants`);
  await expect(page.getByRole('heading', { name: assistants.emptyTitle })).toBeVisible();
  await inspect(page);
  await button(page, assistants.add).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(assistants.name, { exact: true }).fill('Proof reader');
  await dialog.getByLabel(assistants.emoji).fill('abc');
  await dialog.getByLabel(assistants.system).fill('Find mistakes.');
  await dialog.getByLabel(assistants.starters).fill('Is this sentence right?\n\nWhat is a comma for?');
  await button(dialog, words.app.save).click();
  await expect(dialog.getByText('One emoji.').first()).toBeVisible();
  await dialog.getByLabel(assistants.emoji).fill('✍️');
  await inspect(page);
  await button(dialog, assistants.saveAndTry).click();

  await expect(page.getByRole('heading', { name: 'Proof reader', level: 1 })).toBeVisible();
  await inspect(page);
  await button(page, 'What is a comma for?').click();
  await expect(messageField(page)).toHaveValue('What is a comma for?');
  await messageField(page).press('Enter');
  await expect(answers(page)).toHaveCount(1);
  await settled(lastAnswer(page));
  await expect(lastAnswer(page)).toHaveAccessibleName(words.chat.answerBy('Proof reader'));
  await page.reload();
  await expect(lastAnswer(page)).toHaveAccessibleName(words.chat.answerBy('Proof reader'));
  await expect(button(page, words.models.chosen('Proof reader'))).toBeVisible();
  await inspect(page);

  await button(page, words.models.chosen('Proof reader')).click();
  await page.getByRole('option', { name: new RegExp(words.models.automatic) }).click();
  await expect(button(page, words.models.chosen(words.models.automatic))).toBeVisible();
  await ask(page, 'And without it?');
  await expect(lastAnswer(page)).not.toHaveAccessibleName(words.chat.answerBy('Proof reader'));

  await page.goto(house().url);
  await messageField(page).pressSequentially('@proof');
  await page.getByRole('option', { name: /Proof reader/ }).click();
  await send(page, 'Once more');
  await expect(lastAnswer(page)).toHaveAccessibleName(words.chat.answerBy('Proof reader'));
  await settled(lastAnswer(page));

  await sidebar(page).getByRole('link', { name: assistants.title }).click();
  await button(page, assistants.share('Proof reader')).click();
  await dialog.getByRole('searchbox').fill('Bob');
  await button(dialog, words.knowledge.shareWith('Bob Friend')).click();
  await expect(button(dialog, words.knowledge.unshare('Bob Friend'))).toBeVisible();
  await button(dialog, words.app.close).click();
  await button(page, assistants.remove('Proof reader')).click();
  await expect(page.getByRole('heading', { name: assistants.emptyTitle })).toBeVisible();
});
