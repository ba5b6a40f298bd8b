import { button, gate, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();
const said = words.questions;
const pictures = process.env['PICTURES'];

test('a question whose answer was rated down is asked again, and an admin sees what somebody would find', async ({
  page,
  context,
}) => {
  test.slow();
  const root = await house().person('Root');
  const { id } = await root.uploadAndWait('pier.md', 'The pierhead is painted green every spring.', 'text/markdown');
  const [meta] = await root.chat({ content: 'Is the pierhead painted?', file_ids: [id], model: 'librarian/librarian' });
  if (meta?.event !== 'meta') throw new Error('no meta');
  await root.post('/api/feedback', { message_id: meta.data.message_id, rating: 'down' });
  await enter(context, root);
  await page.goto(`${house().url}/settings`);
  await page.getByRole('button', { name: /^Is the pierhead painted\?.*/, expanded: false }).click();
  // What is run counts the mark although it is still being saved.
  const saved = gate();
  await page.route('**/expected', (route) => saved.until.then(() => route.continue()));
  await page.getByRole('checkbox', { name: /pier\.md/ }).check();
  await button(page, said.run).click();
  saved.open();
  await expect(page.getByRole('list', { name: said.runs })).toContainText(said.recall('1.00', ''));
  await inspect(page);
  if (pictures) {
    await page.getByRole('list', { name: said.runs }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${pictures}/questions.png` });
  }

  await page.goto(`${house().url}/admin/finding`);
  await page.getByLabel(said.question, { exact: true }).fill('pierhead');
  await button(page, said.look).click();
  const found = page.getByRole('list', { name: 'Root' });
  await expect(found).toContainText('pier.md');
  await expect(found).toContainText(said.own);
  await button(page, said.run).click();
  await expect(page.getByRole('list', { name: said.runs })).toContainText(said.asked(1));
  await inspect(page);
  if (pictures) {
    await found.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${pictures}/preview.png` });
    await page.setViewportSize({ width: 390, height: 844 });
    await found.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${pictures}/preview-phone.png` });
  }
});
