import { createFakeLlm } from '../fake-llm/server.ts';
import { ask, button, words } from './desk.ts';
import { enter } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
const said = words.providers;

test('an admin adds a model server, tests it, offers it, moves it, and takes it away again', async ({
  page,
  context,
}) => {
  // Every page is looked at in light and dark, wide and narrow.
  test.slow();
  const fake = await createFakeLlm({ apiKey: 'sk-right-0123456789' });
  try {
    const admin = await house().person('Root');
    await admin.post('/api/admin/groups', { name: 'Readers' });
    await enter(context, admin);
    await page.goto(`${house().url}/admin`);
    await page.getByRole('link', { name: said.title, exact: true }).click();
    const list = page.getByRole('list', { name: said.title });
    await expect(list.getByRole('listitem')).toHaveCount(2);
    await expect(list.getByText(said.sources.environment)).toBeVisible();
    await inspect(page);

    await button(page, said.add).click();
    const dialog = page.getByRole('dialog');
    for (const kind of ['anthropic', 'openai-compatible', 'ollama', 'openai-compatible'] as const) {
      await dialog.getByLabel(said.kind).selectOption(kind);
      await expect(dialog.getByText(said.needs[kind])).toBeVisible();
    }
    await dialog.getByRole('textbox', { name: /^Name\b/ }).fill('The Lab');
    await dialog.getByLabel(said.address).fill('http://169.254.169.254/v1');
    await button(dialog, said.testValues).click();
    await expect(dialog.getByRole('alert')).toContainText('never reached');
    await dialog.getByLabel(said.address).fill(`${fake.url}/v1`);
    await dialog.getByLabel(said.key).fill('sk-wrong-0123456789');
    await button(dialog, said.testValues).click();
    await expect(dialog.getByRole('status')).toContainText('Paste the API key anew');
    await inspect(page);
    await dialog.getByLabel(said.key).fill('sk-right-0123456789');
    await button(dialog, said.testValues).click();
    await expect(dialog.getByRole('status')).toContainText('It works');
    await dialog.getByText(said.offer).click();
    await dialog.getByLabel(said.prices).fill('gpt-4o = cheap');
    await button(dialog, words.app.save).click();
    await expect(dialog.getByRole('alert')).toContainText('gpt-4o = cheap');
    await dialog.getByLabel(said.prices).fill('gpt-4o = 2.5 / 10');
    await dialog.getByLabel(said.allowed).fill('gpt-4o');
    await dialog.getByLabel(said.names).fill('gpt-4o = The big one');
    await dialog.getByLabel(said.everyone).uncheck();
    await dialog.getByLabel('Readers').check();
    await inspect(page);
    await button(dialog, words.app.save).click();
    await expect(dialog).toBeHidden();
    await expect(list.getByRole('listitem')).toHaveCount(3);
    await expect(list.getByText(said.restricted)).toBeVisible();

    await button(page, said.testFor('The Lab')).click();
    await expect(list.getByRole('status')).toContainText('gpt-4o answered');
    await inspect(page);
    await button(page, said.up('The Lab')).click();
    await expect(list.getByRole('listitem').first()).toContainText('The Lab');
    await expect(button(page, said.up('The Lab'))).toBeDisabled();

    // The key is shown in part, and what is shown stands for it.
    await button(page, said.edit('The Lab')).click();
    await expect(dialog.getByLabel(said.key)).toHaveValue('sk-…6789');
    await dialog.getByRole('textbox', { name: /^Name\b/ }).fill('Laboratory');
    await button(dialog, words.app.save).click();
    await expect(dialog).toBeHidden();
    await button(page, said.testFor('Laboratory')).click();
    await expect(list.getByRole('status')).toContainText('gpt-4o answered');

    await page.getByLabel(said.defaultModel).selectOption('the-lab/gpt-4o');
    await expect(page.getByText(words.settings.saved, { exact: true })).toBeVisible();
    await page.getByLabel(said.fallback, { exact: true }).selectOption('librarian/librarian');
    await page.getByText(said.gguf).click();
    await inspect(page);

    // Ollama's models are managed from here.
    await admin.post('/api/admin/providers', { kind: 'ollama', name: 'Workshop', base_url: house().fake.url });
    await page.reload();
    await button(page, said.manageFor('Workshop')).click();
    await dialog.getByLabel(said.pull).fill('qwen3:8b');
    await button(dialog, said.load).click();
    const loads = dialog.getByRole('list', { name: said.pulls });
    await expect(loads.getByText(said.pullStates.done)).toBeVisible();
    await button(dialog, said.details('qwen3:8b')).click();
    await dialog.getByLabel(said.pull).fill('no-such-model');
    await button(dialog, said.load).click();
    await expect(loads.getByText(said.pullStates.failed)).toBeVisible();
    await inspect(page);
    await button(dialog, said.deleteModel('qwen3:8b')).click();
    await button(dialog, said.deleteModel('qwen3:8b')).last().click();
    await expect(button(dialog, said.details('qwen3:8b'))).toBeHidden();
    await page.keyboard.press('Escape');

    await page.goto(house().url);
    await ask(page, 'Hello');
    await expect(page.getByRole('button', { name: words.models.chosen(words.models.automatic) })).toBeVisible();
    await expect(page.getByText('You said: Hello')).toBeVisible();
    expect(fake.requests.at(-1)?.body['model']).toBe('gpt-4o');

    await page.goto(`${house().url}/admin/models`);
    await page.getByRole('switch', { name: said.switchFor('Laboratory') }).uncheck();
    await expect(list.getByRole('img', { name: said.off })).toBeVisible();
    await button(page, said.remove('Laboratory')).click();
    await inspect(page);
    await button(dialog, said.remove('Laboratory')).click();
    await expect(list.getByRole('listitem')).toHaveCount(3);

    await button(page, said.edit('OpenAI-compatible')).click();
    await expect(dialog.getByText(said.lockedText)).toBeVisible();
    await inspect(page);
  } finally {
    await fake.close();
  }
});
