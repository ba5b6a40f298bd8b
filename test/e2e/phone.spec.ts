import { answers, ask, button, citations, messageField, prose, words } from './desk.ts';
import { enter } from './house.ts';
import { burner, manualFile } from './manual.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

test('the sidebar is a drawer', async ({ page, context }) => {
  const reader = await house().person();
  const { body } = await reader.post('/api/conversations', { title: 'On the road' });
  await reader.post(`/api/conversations/${body.id}/messages`, { content: 'Hello from the train.' });
  await enter(context, reader);
  await page.goto(house().url);
  const drawer = page.getByRole('dialog', { name: words.shell.navigation });
  await expect(messageField(page)).toBeVisible();
  // A keyboard that springs up by itself would cover the page.
  await expect(messageField(page)).not.toBeFocused();
  await expect(drawer).toBeHidden();
  await button(page, words.shell.showSidebar).tap();
  await expect(drawer).toBeVisible();
  await drawer.getByRole('link', { name: 'On the road' }).tap();
  await expect(drawer).toBeHidden();
  await expect(page.getByText('Hello from the train.')).toBeVisible();

  await button(page, words.shell.showSidebar).tap();
  await button(drawer, words.shell.more('On the road')).tap();
  await page.getByRole('menuitem', { name: words.shell.rename }).tap();
  await page.getByRole('textbox', { name: words.shell.renameLabel }).fill('At home');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('link', { name: 'At home' })).toBeVisible();
  await button(drawer, words.shell.hideSidebar).tap();
  await expect(drawer).toBeHidden();
  await button(page, words.shell.newChat).tap();
  await expect(page.getByRole('heading', { name: /Ada$/ })).toBeVisible();
});

test('what is open is renamed, shared and deleted from beside its title', async ({ page, context }) => {
  const reader = await house().person();
  const { body } = await reader.post('/api/conversations', { title: 'On the road' });
  await reader.post(`/api/conversations/${body.id}/messages`, { content: 'Hello from the train.' });
  await enter(context, reader);
  await page.goto(`${house().url}/c/${body.id}`);
  const choose = async (name: string): Promise<void> => {
    await button(page, words.shell.moreHere).tap();
    await page.getByRole('menuitem', { name }).tap();
  };
  await choose(words.shell.rename);
  await page.getByRole('textbox', { name: words.shell.renameLabel }).fill('At home');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'At home' })).toBeVisible();
  await choose(words.shares.menu);
  const dialog = page.getByRole('dialog', { name: words.shares.title('At home') });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await choose(words.shell.delete);
  await expect(page).toHaveURL(`${house().url}/`);
  await expect(button(page, words.shell.moreHere)).toBeHidden();
  await button(page, words.app.undo).tap();
  expect((await reader.get(`/api/conversations/${body.id}`)).body.title).toBe('At home');
});

test('ask, and read the source in a sheet', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  const manual = await manualFile();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.chat.attach).tap()]);
  await chooser.setFiles(manual);
  await expect(page.getByRole('listitem').filter({ hasText: manual.name })).toContainText(words.files.ready);
  await messageField(page).fill(burner.question);
  await button(page, words.chat.send).tap();
  const chip = citations(answers(page), 1).first();
  await chip.tap();
  const sheet = page.getByRole('dialog', { name: /^Source 1/ });
  await expect(sheet).toContainText(words.chat.pageLong(burner.page));
  await expect(sheet.locator('[data-mark=words]').first()).toBeInViewport();
  await button(sheet, words.sources.asText).tap();
  await expect(sheet.locator('mark').filter({ hasText: burner.answer })).toBeInViewport();
  await button(sheet, words.app.close).tap();
  await expect(sheet).toBeHidden();

  const answer = await ask(page, 'And what pressure is the regulator set to for propane?');
  await expect(prose(answer)).toContainText('37 millibar');
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
});

test('the drawer shows what there is when it is opened', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  expect(asked).not.toContain('/api/conversations');
  await reader.post('/api/conversations', { title: 'Made since' });
  await button(page, words.shell.showSidebar).tap();
  const drawer = page.getByRole('dialog', { name: words.shell.navigation });
  await expect(drawer.getByRole('link', { name: 'Made since' })).toBeVisible();
});
