import { button, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
const said = words.embeddings;
const pictures = process.env['PICTURES'];
const model = 'openai/text-embedding-3-small';

test('an admin sees what an embedding model costs, has everything indexed with it, goes back to words alone, and lets a model put what was found in order', async ({
  page,
  context,
}) => {
  // Every page is looked at in light and dark, wide and narrow.
  test.slow();
  const admin = await house().person('Root');
  const form = new FormData();
  form.append('file', new File(['Bees dance to say where the lime trees are.'], 'bees.md', { type: 'text/markdown' }));
  const { body } = await admin.post('/api/files', form);
  await expect.poll(async () => (await admin.get(`/api/files/${body.id}`)).body.status).toBe('ready');
  await enter(context, admin);
  await page.goto(`${house().url}/admin`);
  await page.getByRole('link', { name: said.title, exact: true }).click();
  await expect(page.getByText(said.off, { exact: true })).toBeVisible();
  await inspect(page);
  await expect(page.getByLabel(said.model)).toHaveValue(model);
  await button(page, said.estimate).click();
  await expect(page.getByText(said.remote)).toBeVisible();
  await inspect(page);
  if (pictures) await page.screenshot({ path: `${pictures}/finding-estimate.png` });
  await button(page, said.start).click();
  const list = page.getByRole('list', { name: said.indexes });
  await expect(list.getByText(said.states.active)).toBeVisible();
  await expect(list.getByText(said.done('1', '1'))).toBeVisible();
  await inspect(page);
  if (pictures) {
    await page.screenshot({ path: `${pictures}/finding-active.png` });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: `${pictures}/finding-phone.png` });
    await page.setViewportSize({ width: 1280, height: 844 });
  }
  await button(page, said.switchOff).click();
  await expect(page.getByText(said.switchOffText)).toBeVisible();
  await button(page.getByRole('dialog'), said.switchOff).click();
  await expect(page.getByText(said.off, { exact: true })).toBeVisible();

  const ordering = words.finding;
  await page.getByLabel(ordering.by).selectOption({ label: ordering.ways.chat });
  await page.getByLabel(ordering.model, { exact: true }).fill('openai/gpt-4o');
  const card = page.locator('section').filter({ hasText: ordering.orderTitle });
  await button(card, words.app.save).click();
  house().fake.script({ text: ['{"ranking": [2]}'] });
  await button(card, ordering.check).click();
  await expect(card.getByRole('status')).toContainText('openai/gpt-4o');
  await inspect(page);
  if (pictures) await page.screenshot({ path: `${pictures}/finding-order.png`, fullPage: true });
  await page.getByLabel(ordering.whole).fill('0');
  await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'PATCH'),
    button(page.locator('section').filter({ hasText: ordering.wholeTitle }), words.app.save).click(),
  ]);
  await page.reload();
  await expect(page.getByLabel(ordering.whole)).toHaveValue('0');
  await expect(page.getByLabel(ordering.by)).toHaveValue('chat');
});
