import { startAuthorisationServer, type AuthorisationServer } from '../mcp/authorisation-server.ts';
import { startRealMcp, type RealMcp } from '../mcp/real-server.ts';
import { button, lastAnswer, messageField, send, settled, words } from './desk.ts';
import { enter, ownOrigins, type Person } from './house.ts';
import { de as german } from '../../web/src/lib/strings/de.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const { mcp, tools, connections } = words;
/** Known before the house opens, which has to allow it. */
const port = 20_000 + (process.pid % 10_000);
/** Where people come back to from signing in. */
const site = `http://localhost:${port + 1}`;
const house = useHouse({
  provider: 'openai',
  env: { PORT: String(port + 1), PUBLIC_URL: site, SIGNUP_MODE: 'open', OUTBOUND_ALLOW: `localhost:${port}` },
});

let wiki: RealMcp;
let diary: RealMcp;
let people: AuthorisationServer;
let first: Person | undefined;
const root = (): Person => {
  if (!first) throw new Error('The first person is made before the tests.');
  return first;
};
test.beforeAll(async () => {
  [wiki, diary, people] = await Promise.all([startRealMcp(), startRealMcp(), startAuthorisationServer(port)]);
  first = await house().person('Root');
  for (const url of [people.url, site]) ownOrigins.add(url);
  diary.metadata = { resource: diary.url, authorization_servers: [people.url], scopes_supported: ['wiki'] };
  diary.guard = async ({ headers }) => {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    return (await people.personOf(token, diary.url)) === null ? 'Bearer' : null;
  };
});
test.afterAll(() => Promise.all([wiki.close(), diary.close(), people.close()]));

test('an admin adds a server and decides what asks; a member’s model calls it, and waits for their word', async ({
  page,
  context,
}) => {
  test.slow();
  await enter(context, root());
  await page.goto(`${house().url}/admin/tools`);
  await expect(page.getByText(mcp.none)).toBeVisible();
  await button(page, mcp.add).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Name\b/ }).fill('Wiki');
  await dialog.getByRole('textbox', { name: mcp.address }).fill('http://169.254.169.254/mcp');
  await button(dialog, words.app.save).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await inspect(page);
  await dialog.getByRole('textbox', { name: mcp.address }).fill(wiki.url);
  await button(dialog, words.app.save).click();
  const row = page.getByRole('list', { name: mcp.title }).getByRole('listitem');
  await expect(row).toContainText(mcp.toolCount(5));
  await button(page, mcp.testFor('Wiki')).click();
  await expect(row.getByRole('status')).toContainText('It works: 5 tools');
  await inspect(page);

  await button(page, mcp.toolsOf('Wiki')).click();
  await expect(dialog.getByText(mcp.readOnly)).toBeVisible();
  await inspect(page);
  await button(dialog, mcp.trustReading).click();
  await expect(dialog.getByRole('checkbox', { name: mcp.unaskedFor('Search the wiki') })).toBeChecked();
  await dialog.getByRole('checkbox', { name: mcp.offeredFor('fails') }).uncheck();
  await page.keyboard.press('Escape');
  await expect(row).toContainText(mcp.toolCount(4));

  await context.clearCookies();
  await enter(context, await house().person('Ben Reader'));
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  await page.getByRole('button', { name: /^Tools/ }).click();
  const group = page.getByRole('group', { name: 'Wiki' });
  await group.getByRole('menuitemcheckbox', { name: /Search the wiki/ }).click();
  await group.getByRole('menuitemcheckbox', { name: /Write a note/ }).click();
  await expect(group.getByRole('menuitemcheckbox', { name: /fails/ })).toBeHidden();
  await inspect(page);
  await page.keyboard.press('Escape');
  house().fake.script({
    toolCalls: [
      { name: 'wiki__search', arguments: { q: 'tower' } },
      { name: 'wiki__write_note', arguments: { text: 'Forty metres' } },
    ],
  });
  await send(page, 'How high is the tower? Note it.');
  const card = (name: string) => lastAnswer(page).getByRole('region', { name, exact: true });
  await expect(card('Wiki: Search the wiki')).toContainText(tools.done);
  await expect(card('Wiki: Write a note')).toContainText('Forty metres');
  expect(wiki.notes).toEqual([]);
  await inspect(page);
  await button(card('Wiki: Write a note'), tools.allow).click();
  await settled(lastAnswer(page));
  expect(wiki.notes).toEqual(['Forty metres']);
});

test('a tool’s picture is seen and its sound is played, after a reload too', async ({ page, context }) => {
  const { items } = (await root().get('/api/admin/mcp-servers')).body;
  const server = items.find(({ name }: { name: string }) => name === 'Wiki');
  expect((await root().patch(`/api/admin/mcp-servers/${server.id}`, { unasked: ['all_kinds'] })).status).toBe(200);
  const reader = await house().person('Dora Reader');
  house().fake.script({ toolCalls: [{ name: 'wiki__all_kinds', arguments: {} }] });
  const asked = await reader.post('/api/chat/message', { content: 'Show me', tools: ['wiki__all_kinds'] });
  await enter(context, reader);
  await page.goto(`${house().url}/c/${asked.body.conversation_id}`);
  const picture = lastAnswer(page).getByRole('img', { name: 'all_kinds picture 1' });
  await expect(picture).toBeVisible();
  await expect
    .poll(() => picture.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth))
    .toBe(1);
  const sound = lastAnswer(page).locator('audio');
  await expect(sound).toHaveAttribute('aria-label', 'all_kinds sound 2');
  await expect
    .poll(() => sound.evaluate((element) => (element as unknown as { duration: number }).duration))
    .toBeCloseTo(0.1);
  await inspect(page);
});

test('a person connects a server in their settings, by signing in there, and disconnects it', async ({
  page,
  context,
}) => {
  test.slow();
  await root().post('/api/admin/mcp-servers', { name: 'Diary', url: diary.url, auth: 'each' });
  await enter(context, Object.assign(await house().person('Cleo Reader'), { url: site }));
  people.person = 'cleo';
  await page.goto(`${site}/settings`);
  await expect(page.getByRole('list', { name: connections.title })).toContainText(connections.notConnected);
  await inspect(page);
  await button(page, connections.connectTo('Diary')).click();
  await expect(page.getByText(connections.done('Diary'))).toBeVisible();
  await expect(page.getByRole('list', { name: connections.title })).toContainText(connections.connected);
  await inspect(page);
  await button(page, connections.disconnectFrom('Diary')).click();
  await expect(button(page, connections.connectTo('Diary'))).toBeVisible();
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });
  test('connections say what they are, and what went wrong', async ({ page, context }) => {
    await enter(context, Object.assign(await house().person('Greta Leserin'), { url: site }));
    await page.goto(`${site}/settings`);
    const list = page.getByRole('list', { name: german.connections.title });
    await expect(list).toContainText('Diary');
    await expect(list).toContainText(german.connections.notConnected);
    await expect(button(page, german.connections.connectTo('Diary'))).toBeVisible();
    await inspect(page);
  });
});
