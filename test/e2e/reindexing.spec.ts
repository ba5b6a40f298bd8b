import {
  createEmbeddingServer,
  type EmbeddingServer,
} from '../../server/features/embeddings/embedding-server.fixture.ts';
import { button, words } from './desk.ts';
import { enter, openHouse, type House, type Person } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test } from './test.ts';

const said = words.embeddings;
const pictures = process.env['PICTURES'];
const [one, two] = ['openai/embed-one', 'openai/embed-two'];

let server: EmbeddingServer;
let house: House;

test.beforeAll(async () => {
  server = await createEmbeddingServer();
  house = await openHouse({ env: { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-e2e' } });
});
test.afterAll(async () => {
  await house.close();
  await server.close();
});

async function upload(who: Person, name: string, text: string): Promise<void> {
  const form = new FormData();
  form.append('file', new File([text], name, { type: 'text/markdown' }));
  const { body } = await who.post('/api/files', form);
  await expect.poll(async () => (await who.get(`/api/files/${body.id}`)).body.status).toBe('ready');
}
const found = async (who: Person, q: string): Promise<string[]> =>
  (await who.post('/api/search', { q })).body.items.map(({ source }: { source: { title: string } }) => source.title);

test('an admin has everything indexed with another model while people go on finding, and goes back with one click', async ({
  page,
  context,
}) => {
  test.slow();
  const admin = await house.person('Root');
  await upload(admin, 'car.md', 'The car has to be washed on every Friday.');
  await upload(admin, 'garden.md', 'Tomatoes want sun, water and patience.');
  await enter(context, admin);
  await page.goto(`${house.url}/admin/finding`);
  const list = page.getByRole('list', { name: said.indexes });
  const row = (model: string) => list.getByRole('listitem').filter({ hasText: model });
  const begin = async (model: string): Promise<void> => {
    await page.getByLabel(said.model).selectOption(model);
    await button(page, said.estimate).click();
    await button(page, said.start).click();
  };
  await begin(one);
  await expect(row(one)).toContainText(said.states.active);
  expect(await found(admin, 'automobile')).toEqual(['car.md']);

  const gate = Promise.withResolvers<void>();
  server.state.held = { model: 'embed-two', until: gate.promise };
  await begin(two);
  await expect(row(two)).toContainText(said.states.building);
  await expect(row(two).getByRole('progressbar')).toHaveAttribute('max', '2');
  await expect(row(two)).toContainText(said.beside);
  await expect(row(one)).toContainText(said.states.active);
  expect(await found(admin, 'automobile')).toEqual(['car.md']);
  await inspect(page);
  if (pictures) await page.screenshot({ path: `${pictures}/reindexing-building.png` });

  server.state.held = undefined;
  gate.resolve();
  await expect(row(two)).toContainText(said.states.active);
  await expect(row(one)).toContainText(said.states.previous);
  expect(await found(admin, 'automobile')).toEqual(['car.md']);
  // What comes after the switch is not missing after the way back.
  await upload(admin, 'wages.md', 'The wages come at the end of the month.');
  await expect.poll(() => found(admin, 'salary')).toEqual(['wages.md']);

  await button(row(one), said.rollBack).click();
  await expect(page.getByText(said.rolledBack(one))).toBeVisible();
  await expect(row(one)).toContainText(said.states.active);
  await expect(row(two)).toContainText(said.states.previous);
  await expect(row(one)).toContainText(said.done('3', '3'));
  await expect.poll(() => found(admin, 'salary')).toEqual(['wages.md']);
  expect(await found(admin, 'automobile')).toEqual(['car.md']);
  await inspect(page);
  if (pictures) await page.screenshot({ path: `${pictures}/reindexing-back.png` });
});
