import {
  answers,
  ask,
  button,
  citations,
  lastAnswer,
  messageField,
  send,
  settled,
  sourcePanel,
  words,
} from './desk.ts';
import { enter, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ env: { SIGNUP_MODE: 'open', WEB_SEARCH_PROVIDER: 'none' } });
const { knowledge } = words;

let owner: Person | undefined;
const ada = (): Person => {
  if (!owner) throw new Error('The first person is made before the tests.');
  return owner;
};
test.beforeAll(async () => {
  owner = await house().person('Ada Reader');
});

test('a collection is made, filled, asked with #, and its passages are cited', async ({ page, context }) => {
  test.slow();
  await enter(context, ada());
  await page.goto(`${house().url}/collections`);
  await expect(page.getByRole('heading', { name: knowledge.emptyTitle })).toBeVisible();
  await inspect(page);
  await button(page, knowledge.make).click();
  await page.getByLabel(knowledge.name, { exact: true }).fill('The tower');
  await page.getByRole('dialog').getByLabel(knowledge.description).fill('All about its clock');
  await inspect(page);
  await button(page.getByRole('dialog'), knowledge.make).click();

  await expect(page.getByRole('heading', { name: 'The tower', level: 1 })).toBeVisible();
  await expect(page.getByText(knowledge.noSourcesTitle)).toBeVisible();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, knowledge.upload).click()]);
  await chooser.setFiles({
    name: 'clock.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from('# The clock\n\nThe clock of the tower was built by Master Anselm in the year 1780.\n'),
  });
  await expect(page.getByRole('listitem').filter({ hasText: 'clock.md' })).toContainText(words.files.ready);
  await page.getByLabel(knowledge.url).fill('http://127.0.0.1/');
  await button(page, knowledge.addUrl).click();
  await expect(page.getByText('This address leads into a private network.')).toBeVisible();
  await inspect(page);

  await page.goto(house().url);
  await messageField(page).pressSequentially('#the');
  await expect(page.getByRole('option', { name: 'The tower' })).toBeVisible();
  await messageField(page).press('Enter');
  await expect(page.getByRole('button', { name: knowledge.chosen(1) })).toBeVisible();
  await send(page, 'Who built the clock of the tower?');
  await expect(answers(page)).toHaveCount(1);
  const answer = lastAnswer(page);
  await settled(answer);
  await expect(answer).toContainText('Master Anselm');
  await expect(page.getByRole('link', { name: 'The tower', exact: true })).toBeVisible();
  await citations(answer, 1).first().click();
  await expect(sourcePanel(page).locator('mark').first()).toContainText('Master Anselm');
  await inspect(page);
});

test('a collection is shared with somebody, who reads and asks it; taken back, it is gone', async ({
  browser,
  page,
  context,
}) => {
  test.slow();
  const bob = await house().person('Bob Listener');
  await enter(context, ada());
  await page.goto(`${house().url}/collections`);
  await page.getByRole('link', { name: /^The tower/ }).click();
  await button(page, knowledge.share).click();
  await page.getByLabel(knowledge.shareFind).fill('bob');
  await button(page, knowledge.shareWith('Bob Listener')).click();
  await expect(page.getByLabel(knowledge.access('Bob Listener'))).toHaveValue('read');
  await inspect(page);

  const elsewhere = await browser.newContext();
  await enter(elsewhere, bob);
  const other = await elsewhere.newPage();
  await other.goto(`${house().url}/collections`);
  await other.getByRole('link', { name: /^The tower/ }).click();
  await expect(other.getByRole('listitem').filter({ hasText: 'clock.md' })).toBeVisible();
  await expect(button(other, knowledge.upload)).toBeHidden();
  await expect(button(other, knowledge.share)).toBeHidden();
  await button(other, knowledge.ask).click();
  const answer = await ask(other, 'Who built the clock of the tower?');
  await expect(answer).toContainText('Master Anselm');

  await button(page, knowledge.unshare('Bob Listener')).click();
  await expect(page.getByText(knowledge.sharedNone)).toBeVisible();
  await other.goto(`${house().url}/collections`);
  await expect(other.getByRole('heading', { name: knowledge.emptyTitle })).toBeVisible();
  await elsewhere.close();
});

test('a page of a collection is set to be fetched every week, and not any more', async ({ page, context }) => {
  const { id } = (await ada().post('/api/collections', { name: 'Timetables' })).body;
  // A public address that nobody answers at: the source is there all the same.
  const url = 'http://93.184.215.14/';
  expect((await ada().post(`/api/collections/${id}/sources`, { url })).status).toBe(201);
  await enter(context, ada());
  await page.goto(`${house().url}/collections/${id}`);
  const row = page.getByRole('listitem').filter({ hasText: url });
  await button(row, knowledge.refetch(url)).click();
  const weekly = page.getByRole('menuitemcheckbox', { name: knowledge.refreshChoices.weekly });
  await weekly.click();
  await expect(weekly).toBeChecked();
  await inspect(page);
  await page.keyboard.press('Escape');
  await expect(row).toContainText(knowledge.refreshes.weekly);
  await button(row, knowledge.refetch(url)).click();
  await weekly.click();
  await expect(row).not.toContainText(knowledge.refreshes.weekly);
});
