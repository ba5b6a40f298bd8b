import { readFile } from 'node:fs/promises';
import { goodPassword } from '../app.ts';
import { zipOf } from '../zip.ts';
import { answers, ask, button, conversationLink, lastAnswer, messageField, settled, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'ollama' });

let reader: Person;
test.beforeEach(async ({ context }) => {
  reader = await house().person();
  await enter(context, reader);
});

test('all chats are exported as a file, which is imported again with a report', async ({ page }) => {
  test.slow();
  const made = await reader.post('/api/conversations', { title: 'Letter to the mayor' });
  await reader.post(`/api/conversations/${made.body.id}/messages`, { content: 'Dear mayor' });
  await page.goto(`${house().url}/settings`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: words.data.asJson }).click(),
  ]);
  const file = await readFile(await download.path());
  expect(JSON.parse(file.toString())).toMatchObject({ conversations: [{ title: 'Letter to the mayor' }] });

  const choose = page.locator('input[type=file]');
  await choose.setInputFiles({ name: 'chats.json', mimeType: 'application/json', buffer: Buffer.from('not JSON') });
  await expect(page.getByText(words.data.noExport)).toBeVisible();
  await choose.setInputFiles({
    name: 'chats.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify([...JSON.parse(file.toString()).conversations, { title: 'Shopping list' }])),
  });
  await expect(page.getByText(words.data.report(1, 1))).toBeVisible();
  const report = page.getByRole('list', { name: words.data.reportList });
  await expect(report.getByRole('listitem')).toHaveCount(2);
  await inspect(page);
  await report.getByRole('link', { name: 'Letter to the mayor' }).click();
  await expect(page).toHaveURL(/\/c\//);
  await expect(conversationLink(page, 'Letter to the mayor')).toHaveCount(2);
});

test('the ZIP of another program is dropped as it came; its pictures are in Files, and an import can be cancelled', async ({
  page,
}) => {
  test.slow();
  const [talk] = JSON.parse(await readFile('test/fixtures/chat-exports/chatgpt-branches.json', 'utf8'));
  const picture = await readFile('docs/images/admin-audit.png');
  await page.goto(`${house().url}/settings`);
  const choose = page.locator('input[type=file]');
  const give = async (entries: Record<string, unknown>): Promise<void> =>
    choose.setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: await zipOf(entries) });

  await give({ 'photos/a.png': picture });
  await expect(page.getByRole('alert')).toContainText('ZIP');
  await give({
    'conversations.json': [talk, { title: 'Nothing', mapping: {} }],
    'file_01-sky.png': picture,
    'file-9-left.png': picture,
    'message_feedback.json': [{ id: 'final', rating: 'thumbs_up' }],
  });
  await expect(page.getByText(words.data.report(1, 1))).toBeVisible();
  await expect(page.getByText(words.data.filesCame(1))).toBeVisible();
  await expect(page.getByText(words.data.ratingsCame(1))).toBeVisible();
  await expect(page.getByText(words.data.filesUnused(1))).toBeVisible();
  await inspect(page);
  expect((await reader.get('/api/files')).body.items).toMatchObject([
    { filename: 'sky.jpg', content_type: 'image/png' },
  ]);

  const many = Array.from({ length: 3_000 }, (_, n) => ({ ...talk, title: `Chat ${n}` }));
  await give({ 'conversations.json': many });
  await expect(page.getByRole('progressbar', { name: words.data.importing })).toBeVisible();
  await expect(page.getByText(/^\d+ chats so far$/)).toBeVisible();
  await inspect(page);
  await button(page, words.app.cancel).click();
  await expect(page.getByText(words.data.endedEarly(words.data.cancelled))).toBeVisible();
  await expect(button(page, words.data.choose)).toBeEnabled();

  // A picture that an answer came with is at the answer.
  const url = `data:image/png;base64,${picture.toString('base64')}`;
  const messages = {
    q: { role: 'user', content: 'Draw it.' },
    a: { role: 'assistant', parentId: 'q', content: 'Here it is.', files: [{ type: 'image', url }] },
  };
  await choose.setInputFiles({
    name: 'chat-export-1.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify([{ title: 'Drawn', chat: { history: { currentId: 'a', messages } } }])),
  });
  await page.getByRole('link', { name: 'Drawn' }).first().click();
  await expect(lastAnswer(page).getByRole('link', { name: 'Picture 1.png' })).toBeVisible();
  await inspect(page);
});

test('everything in the account is a file: made with the password, downloaded, deleted', async ({ page }) => {
  test.slow();
  await reader.post('/api/memories', { content: 'I like kites.' });
  await page.goto(`${house().url}/settings`);
  await button(page, words.data.wholeBegin).click();
  await page.getByLabel(words.secondFactor.proof).fill(goodPassword);
  await inspect(page);
  await button(page, words.data.wholeBegin).click();
  const link = page.getByRole('link', { name: words.data.wholeFetch });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const file = await readFile(await download.path());
  expect(file.subarray(0, 2).toString()).toBe('PK');
  expect(file.includes('memories.json')).toBe(true);
  await inspect(page);
  await button(page, words.data.wholeDelete).click();
  await expect(button(page, words.data.wholeBegin)).toBeVisible();
});

test('a prompt is kept, found with a slash, filled in and sent', async ({ page }) => {
  test.slow();
  await page.goto(`${house().url}/prompts`);
  await expect(page.getByRole('heading', { name: words.prompts.emptyTitle })).toBeVisible();
  await inspect(page);
  await button(page, words.prompts.add).click();
  const form = page.getByRole('dialog');
  await form.getByLabel(words.prompts.name).fill('Explain simply');
  await form.getByLabel(words.prompts.command).fill('/not a command');
  await form.getByLabel(words.prompts.content, { exact: true }).fill('Explain {{topic}} to {{reader}}.');
  await button(form, words.app.save).click();
  await expect(form.getByRole('alert')).toBeVisible();
  await inspect(page);
  await form.getByLabel(words.prompts.command).fill('/explain');
  await button(form, words.app.save).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('list', { name: words.prompts.title })).toContainText('/explain');
  await inspect(page);

  await page.goto(house().url);
  const field = messageField(page);
  await field.pressSequentially('Please: /expl');
  const options = page.getByRole('listbox', { name: words.suggest.prompts });
  await expect(options.getByRole('option')).toHaveCount(1);
  await inspect(page);
  await field.press('Escape');
  await expect(options).toBeHidden();
  await field.pressSequentially(' /ex');
  await field.press('Enter');
  const blanks = page.getByRole('dialog');
  await blanks.getByLabel('topic').fill('tides');
  await inspect(page);
  await blanks.getByLabel('topic').press('Enter');
  await expect(field).toHaveValue('Please: /expl Explain tides to {{reader}}.');
  await expect(field).toBeFocused();
  await field.press('Enter');
  await expect(answers(page)).toHaveCount(1);
  await settled(lastAnswer(page));

  await page.goto(`${house().url}/prompts`);
  await button(page, words.prompts.remove('Explain simply')).click();
  await expect(page.getByRole('heading', { name: words.prompts.emptyTitle })).toBeVisible();
  await button(page, words.app.undo).click();
  await expect(page.getByText('/explain')).toBeVisible();
});

test('of many prompts also the oldest is found by what is typed', async ({ page }) => {
  const { status } = await reader.post('/api/prompts', { command: 'zenith', title: 'The oldest', content: 'Look up.' });
  expect(status).toBe(201);
  for (let n = 0; n < 200; n += 1)
    await reader.post('/api/prompts', { command: `newer-${n}`, title: 'One of many', content: 'Look.' });
  await page.goto(house().url);
  const field = messageField(page);
  await field.pressSequentially('/zen');
  await expect(page.getByRole('option', { name: '/zenith' })).toBeVisible();
  await field.press('Enter');
  await expect(field).toHaveValue('Look up.');
});

test('a model and a file are named in the message field by keyboard', async ({ page }) => {
  await reader.uploadAndWait('tides.txt', 'The tide turns at noon.', 'text/plain');
  await page.goto(house().url);
  const field = messageField(page);
  await field.pressSequentially('@');
  const models = page.getByRole('listbox', { name: words.suggest.models });
  await expect(models.getByRole('option').first()).toBeVisible();
  const name = await models.getByRole('option').first().locator('span').first().innerText();
  await field.press('Tab');
  await expect(page.getByRole('button', { name: words.models.chosen(name) })).toBeVisible();
  await expect(field).toHaveValue('');
  await field.pressSequentially('#tid');
  await expect(page.getByRole('option', { name: 'tides.txt' })).toBeVisible();
  await field.press('Enter');
  await expect(page.getByRole('listitem').filter({ hasText: 'tides.txt' })).toBeVisible();
  await expect(field).toHaveValue('');
});

test('an answer gets a thumb and a reason, kept over a reload and taken back', async ({ page }) => {
  test.slow();
  await page.goto(house().url);
  await ask(page, 'How do tides work?');
  await button(lastAnswer(page), words.feedback.down).click();
  const dialog = page.getByRole('dialog', { name: words.feedback.title });
  await dialog.getByText(words.feedback.reasons.wrong).click();
  await dialog.getByRole('textbox').fill('The moon is missing.');
  await inspect(page);
  await button(dialog, words.feedback.send).click();
  await expect(dialog).toBeHidden();
  expect((await reader.get('/api/feedback')).body.items).toMatchObject([
    { rating: 'down', reason: 'wrong', comment: 'The moon is missing.' },
  ]);
  await page.reload();
  const down = button(answers(page).first(), words.feedback.down);
  await expect(down).toHaveAttribute('aria-pressed', 'true');
  await button(answers(page).first(), words.feedback.up).click();
  await expect(down).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(async () => (await reader.get('/api/feedback')).body.items).toMatchObject([{ rating: 'up' }]);
  await button(answers(page).first(), words.feedback.up).click();
  await expect.poll(async () => (await reader.get('/api/feedback')).body.items).toEqual([]);
});

test('the default model of a person answers new chats on all devices', async ({ page }) => {
  await reader.put('/api/users/me/settings', { other_page: 'stays' });
  await page.goto(`${house().url}/settings`);
  const choice = page.getByLabel(words.preferences.model);
  await expect(choice.getByRole('option').nth(1)).toBeAttached();
  const id = (await choice.getByRole('option').nth(1).getAttribute('value')) ?? '';
  await choice.selectOption(id);
  await expect(page.getByText(words.settings.saved, { exact: true })).toBeVisible();
  expect((await reader.get('/api/users/me/settings')).body).toEqual({ other_page: 'stays', default_model: id });
  await page.reload();
  await expect(choice).toHaveValue(id);
  await choice.selectOption('');
  await expect.poll(async () => (await reader.get('/api/users/me/settings')).body).toEqual({ other_page: 'stays' });
});

test('a favourite model comes first, and is marked by keyboard', async ({ page }) => {
  test.slow();
  await page.goto(house().url);
  await page.getByRole('button', { name: words.models.chosen(words.models.automatic) }).click();
  const search = page.getByRole('combobox', { name: words.models.search });
  await search.press('End');
  await search.press('ArrowUp');
  const mark = page.getByRole('dialog').getByRole('button', { pressed: false });
  const label = await mark.innerText();
  await search.press('Tab');
  await expect(mark).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: label, pressed: true })).toBeVisible();
  const favourites = page.getByRole('group', { name: words.favourites.title });
  await expect(favourites.getByRole('option')).toHaveCount(1);
  await inspect(page);
  await page.reload();
  await page.getByRole('button', { name: words.models.chosen(words.models.automatic) }).click();
  await expect(favourites.getByRole('option')).toHaveCount(1);
});

test('an account is deleted with its password, and with nothing less', async ({ page }) => {
  const other = await house().person('Grace Leaving');
  await page.context().clearCookies();
  await enter(page.context(), other);
  await page.goto(`${house().url}/settings`);
  await page.getByRole('link', { name: words.account.title }).click();
  await button(page, words.account.begin).click();
  const dialog = page.getByRole('dialog');
  await inspect(page);
  await dialog.getByLabel(words.settings.currentPassword).fill('not the password');
  await button(dialog, words.account.forEver).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  expect((await other.get('/api/users/me')).status).toBe(200);
  await dialog.getByLabel(words.settings.currentPassword).fill(goodPassword);
  await button(dialog, words.account.forEver).click();
  await expect(page).toHaveURL(`${house().url}/sign-in`);
  expect((await other.get('/api/users/me')).status).toBe(401);
});
