import { inBothSchemes, violations } from './axe.ts';
import { answers, ask, button, lastAnswer, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai', env: { SIGNUP_MODE: 'open' } });
let root: Person | undefined;
test.beforeAll(async () => {
  root = await house().person('Root');
});

test('the meter tells how full the window is, and questions are suggested and asked', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(house().url);
  await ask(page, 'What colour are the boats?');
  const meter = page.getByRole('button', { name: /^Context: / });
  await meter.click();
  await expect(page.getByText(/of 128,000 tokens/)).toBeVisible();
  await meter.press('Escape');
  await expect(page.getByText(/of 128,000 tokens/)).toBeHidden();

  house().fake.script({ text: '1. How many are there?\n2. Who paints them?\n3. Why red?' });
  await button(lastAnswer(page), words.context.followUps).click();
  const list = page.getByRole('list', { name: words.context.followUpsList });
  await expect(list.getByRole('button')).toHaveCount(3);
  expect(await violations(page, { only: 'wcag' })).toEqual([]);
  house().fake.script({});
  await button(list, 'Who paints them?').click();
  await expect(lastAnswer(page)).toContainText('You said: Who paints them?');
});

test('older turns are summarised before the reader’s eyes', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  const { body } = await reader.post('/api/conversations', { title: 'Boats' });
  for (let at = 0; at < 22; at += 1) {
    const content = `Turn ${at}. ${'The harbour master counts the boats again. '.repeat(700)}`;
    await reader.post(`/api/conversations/${body.id}/messages`, { role: at % 2 ? 'assistant' : 'user', content });
  }
  house().fake.script({ text: 'They counted forty boats.' });
  await page.goto(`${house().url}/c/${body.id}`);
  await expect(answers(page)).toHaveCount(11);
  await ask(page, 'How many?');
  const fold = lastAnswer(page).getByText(/^Earlier turns, summarised/);
  await fold.click();
  await expect(lastAnswer(page).getByText(words.context.summaryText)).toBeVisible();
  await page.reload();
  await expect(lastAnswer(page).getByText(/^Earlier turns, summarised/)).toBeVisible();
  house().fake.script({});
});

test('memories are added, changed, switched off and forgotten in the settings', async ({ page, context }) => {
  await enter(context, await house().person());
  await page.goto(`${house().url}/settings`);
  const section = page.locator('section', {
    has: page.getByRole('heading', { name: words.memory.title, exact: true }),
  });
  await expect(section.getByText(words.memory.empty)).toBeVisible();
  await section.getByLabel(words.memory.add).fill('I am left-handed');
  await button(section, words.memory.save).click();
  await expect(section.getByText('I am left-handed')).toBeVisible();
  await button(section, words.memory.change('I am left-handed')).click();
  await section.getByLabel(words.memory.change('I am left-handed')).fill('I am right-handed');
  await button(section, words.app.save).click();
  await section.getByLabel(words.memory.inUse('I am right-handed')).uncheck();
  await expect(section.getByLabel(words.memory.learns)).not.toBeChecked();
  await section.scrollIntoViewIfNeeded();
  expect(await inBothSchemes(page, { only: 'wcag' })).toEqual([]);
  await button(section, words.memory.remove('I am right-handed')).click();
  await expect(section.getByText(words.memory.empty)).toBeVisible();
});

test('questions are suggested unasked after each answer where the person wants that, and after no old one', async ({
  page,
  context,
}) => {
  await enter(context, await house().person());
  await page.goto(`${house().url}/settings`);
  const wanted = page.getByRole('checkbox', { name: words.context.autoFollowUps });
  await wanted.click();
  await expect(wanted).toBeChecked();
  await page.goto(house().url);
  house().fake.script({ text: 'Red.', next: { text: '1. How many are there?\n2. Who paints them?' } });
  await ask(page, 'What colour are the boats?');
  const list = page.getByRole('list', { name: words.context.followUpsList });
  await expect(list.getByRole('button')).toHaveCount(2);
  const asked = house().fake.requests.length;
  await page.reload();
  await expect(lastAnswer(page)).toContainText('Red.');
  await expect(button(lastAnswer(page), words.context.followUps).or(list)).toBeVisible();
  expect(house().fake.requests.length - asked).toBeLessThanOrEqual(1);
  house().fake.script({});
});

test('what a model learned is seen and forgotten, only where the person agreed; one conversation does without', async ({
  page,
  context,
}) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  house().fake.script({ text: 'Nice.', next: { text: 'The user sails a boat called Nore.' } });
  await ask(page, 'I sail a boat called Nore.');
  await page.goto(`${house().url}/settings`);
  const section = page.locator('section', {
    has: page.getByRole('heading', { name: words.memory.title, exact: true }),
  });
  await expect(section.getByText(words.memory.empty)).toBeVisible();
  const consent = section.getByLabel(words.memory.learns);
  await consent.click();
  await expect(consent).toBeChecked();
  await expect.poll(async () => (await reader.get('/api/memories/settings')).body.learns as boolean).toBe(true);
  await page.goto(house().url);
  house().fake.script({ text: 'Nice.', next: { text: 'The user sails a boat called Nore.' } });
  await ask(page, 'I still sail a boat called Nore.');
  await expect.poll(async () => (await reader.get('/api/memories')).body.items.length as number).toBe(1);
  house().fake.script({});

  /** What the model was told with a question; afterwards it is asked what there is to learn. */
  const sentWith = (question: string) =>
    house()
      .fake.requests.map(({ body }) => JSON.stringify(body['messages'] ?? ''))
      .find((messages) => messages.includes(question) && !messages.includes('You note lasting facts'));
  await ask(page, 'What is my boat called?');
  expect(sentWith('What is my boat called?')).toContain('- The user sails a boat called Nore.');
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const { title } = (await reader.get(`/api/conversations/${id}`)).body;
  await page.getByRole('button', { name: words.shell.more(title) }).click();
  await page.getByRole('menuitem', { name: words.context.memoryOff }).click();
  await expect.poll(async () => (await reader.get(`/api/conversations/${id}`)).body.memory as boolean).toBe(false);
  await ask(page, 'And now?');
  expect(sentWith('And now?')).toContain('And now?');
  expect(sentWith('And now?')).not.toContain('- The user sails');

  await page.goto(`${house().url}/settings`);
  await expect(section.getByText('The user sails a boat called Nore.')).toBeVisible();
  await button(section, words.memory.remove('The user sails a boat called Nore.')).click();
  await expect(section.getByText('The user sails a boat called Nore.')).toHaveCount(0);
});

test('what an answer costs stands under it, and in what the person has used', async ({ page, context }) => {
  await root?.patch('/api/admin/providers/openai', { prices: { 'gpt-4o': { input: 2.5, output: 10 } } });
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  house().fake.script({ text: 'Yes.', usage: { prompt: 100_000, completion: 1_000 } });
  await ask(page, 'How much is it?');
  // 100,000 tokens at 2.5 for a million, and 1,000 at 10.
  await expect(lastAnswer(page)).toContainText(words.context.cost('0.26'));
  await page.goto(`${house().url}/settings`);
  await expect(page.getByText(words.governance.chartCost('0.26'))).toBeVisible();
  house().fake.script({});
});
