import { inBothSchemes, violations } from './axe.ts';
import { answers, ask, button, lastAnswer, words } from './desk.ts';
import { enter } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });

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
