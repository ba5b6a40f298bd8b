import { makePdf } from '../fixtures/pdf.ts';
import { words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();
const pictures = process.env['PICTURES'];

test('files are seen small in their lists, and a collection’s open where they are read', async ({ page, context }) => {
  test.slow();
  const ada = await house().person('Ada');
  const pdf = await ada.uploadAndWait('letter.pdf', await makePdf({ pages: [['Dear harbour master.'], ['Yours.']] }));
  await ada.uploadAndWait('notes.md', 'The crane stays where it is.', 'text/markdown');
  const { id } = (await ada.post('/api/collections', { name: 'Harbour' })).body;
  await ada.post(`/api/collections/${id}/sources`, { file_id: pdf.id });
  await enter(context, ada);
  await page.goto(`${house().url}/files`);
  const rows = page.getByRole('listitem').filter({ hasText: /letter\.pdf|notes\.md/ });
  await expect(rows).toHaveCount(2);
  const height = () => page.evaluate<number>(`document.querySelector('main li img')?.naturalHeight ?? 0`);
  await expect.poll(height).toBe(256);
  await expect(rows.filter({ hasText: 'notes.md' }).locator('img')).toHaveCount(0);
  await inspect(page);
  if (pictures) await page.screenshot({ path: `${pictures}/thumbnails.png` });
  await page.goto(`${house().url}/collections/${id}`);
  await page.getByRole('link', { name: 'letter.pdf', exact: true }).click();
  await expect(page).toHaveURL(`${house().url}/files/${pdf.id}`);
  await expect(page.getByRole('img', { name: words.chat.pageLong(1) })).toHaveAttribute('aria-busy', 'false');
});
