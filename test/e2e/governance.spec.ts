import { button, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai', env: { SIGNUP_MODE: 'open' } });

let admin: Person | undefined;
const root = (): Person => {
  if (!admin) throw new Error('The first person is made before the tests.');
  return admin;
};
test.beforeAll(async () => {
  admin = await house().person('Root');
});

test('an admin takes a permission from everybody and gives it to a group; a member is told', async ({
  page,
  context,
  browser,
}) => {
  test.slow();
  const member = await house().person('Ada Reader');
  await enter(context, root());
  await page.goto(`${house().url}/admin/permissions`);
  const upload = page.getByRole('checkbox', { name: words.governance.permissionNames['files.upload'] });
  await expect(upload).toBeChecked();
  await inspect(page);
  await upload.uncheck();
  await button(page, words.app.save).click();
  await expect(page.getByText(words.settings.saved, { exact: true })).toBeVisible();

  const elsewhere = await browser.newContext();
  await enter(elsewhere, member);
  const other = await elsewhere.newPage();
  await other.goto(`${house().url}/files`);
  const [chooser] = await Promise.all([
    other.waitForEvent('filechooser'),
    button(other, words.files.upload).first().click(),
  ]);
  await chooser.setFiles({ name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes') });
  await expect(other.getByText('Your account may not upload files here.').first()).toBeVisible();
  await elsewhere.close();

  await page.getByRole('link', { name: words.admin.groups }).click();
  await button(page, words.admin.addGroup).click();
  await page.getByLabel(words.auth.name).fill('Writers');
  await page.getByRole('dialog').getByLabel(words.providers.defaultModel).selectOption('openai/gpt-4o');
  await page.getByRole('dialog').getByLabel(words.governance.permissionNames['files.upload']).check();
  await inspect(page);
  await button(page.getByRole('dialog'), words.app.save).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await button(page, words.admin.editGroup('Writers')).click();
  await expect(page.getByRole('dialog').getByLabel(words.governance.permissionNames['files.upload'])).toBeChecked();
  await expect(page.getByRole('dialog').getByLabel(words.providers.defaultModel)).toHaveValue('openai/gpt-4o');
  const groups = await root().get('/api/admin/groups');
  await root().put(`/api/admin/groups/${groups.body.items[0].id}/members/${member.id}`);
  expect((await member.upload('notes.md', '# Notes')).status).toBe(201);
});

test('how long chats are kept is tried before it holds, and told to everybody', async ({ page, context }) => {
  test.slow();
  const { retention } = words.governance;
  await enter(context, root());
  await page.goto(`${house().url}/admin/retention`);
  await page.getByLabel(retention.conversations).fill('30');
  await button(page, retention.check).click();
  await expect(page.getByText(retention.nothing)).toBeVisible();
  await inspect(page);
  expect((await root().get('/api/retention')).body.conversations.days).toBeNull();
  await button(page, retention.apply).click();
  await expect(page.getByText(words.settings.saved, { exact: true })).toBeVisible();
  await page.goto(house().url);
  await expect(page.getByText(retention.noteChats(30))).toBeVisible();
  await page.goto(`${house().url}/admin/retention`);
  await page.getByLabel(retention.conversations).fill('');
  await button(page, words.app.save).click();
  await expect(page.getByText(words.settings.saved, { exact: true })).toBeVisible();
  expect((await root().get('/api/retention')).body.conversations.days).toBeNull();
});

test('what was used is seen by oneself, and by admins for everybody', async ({ page, context }) => {
  test.slow();
  const member = await house().person('Grace Reader');
  await enter(context, member);
  await page.goto(`${house().url}/settings`);
  await expect(page.getByText(words.governance.usageNone)).toBeVisible();
  house().fake.script({ text: 'Yes.', usage: { prompt: 1_200, completion: 34 } });
  expect((await member.post('/api/chat/message', { content: 'A question' })).status).toBe(200);
  await page.reload();
  await expect(page.getByText(/1,234 tokens altogether/)).toBeVisible();
  await page.getByText(words.governance.asTable).click();
  await expect(page.getByRole('region', { name: words.governance.tokensByDay })).toContainText('1,200');
  await inspect(page);

  await context.clearCookies();
  await enter(context, root());
  await page.goto(`${house().url}/admin/usage`);
  await expect(page.getByRole('region', { name: words.governance.topPeople })).toContainText('Grace Reader');
  await expect(page.getByRole('region', { name: words.governance.topModels })).toContainText('openai/');
  await inspect(page);
  await page.getByLabel(words.governance.range).selectOption('90');
  await expect(page.getByText(/1,234 tokens altogether/)).toBeVisible();
});
