import { makePdf } from '../fixtures/pdf.ts';
import { ask, button, sourcePanel, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const pages = 140;
const house = useHouse({ provider: 'openai', env: { DEFAULT_AI_PROVIDER: 'openai', WHOLE_FILES_TOKENS: '60000' } });
const pictures = process.env['PICTURES'];

test('a document that was read as a whole is one thing to open under the answer, and not a hundred', async ({
  page,
  context,
}) => {
  const ada = await house().person('Ada Reader');
  const pdf = await makePdf({
    pages: Array.from({ length: pages }, (_, at) => [`Lamp ${at + 1} of the pier is lit at ${at + 1} past five.`]),
  });
  const form = new FormData();
  form.append('file', new File([new Uint8Array(pdf)], 'lamps.pdf', { type: 'application/pdf' }));
  const { id } = (await ada.post('/api/files', form)).body;
  await expect.poll(async () => (await ada.get(`/api/files/${id}`)).body.status, { timeout: 60_000 }).toBe('ready');
  const collection = (await ada.post('/api/collections', { name: 'The pier' })).body.id as string;
  await ada.post(`/api/collections/${collection}/sources`, { file_id: id });
  await enter(context, ada);
  await page.goto(`${house().url}/collections/${collection}`);
  await button(page, words.knowledge.ask).click();
  house().fake.script({ text: 'It is lit at nine past five [1].' });
  const answer = await ask(page, 'When is lamp 9 lit?');
  await button(answer, words.chat.moreSources(pages - 1)).click();
  const sources = answer.getByRole('group', { name: words.chat.sources });
  await expect(sources.getByRole('listitem')).toHaveCount(2);
  const rest = sources.getByRole('button').filter({ hasText: words.sources.passages(pages - 1) });
  await inspect(page);
  if (pictures) await page.screenshot({ path: `${pictures}/whole-document.png` });
  await rest.click();
  await expect(sourcePanel(page)).toContainText('lamps.pdf');
});
