import type { Page } from '@playwright/test';
import {
  ask,
  button,
  conversationLink,
  drop,
  lastAnswer,
  messageField,
  prose,
  questions,
  send,
  settled,
  sidebar,
  sourceList,
  sourcePanel,
  words,
} from './desk.ts';
import { hostile, hostileName, whatWentThrough } from './hostile.ts';
import { enter, type Person } from './house.ts';
import { expect, test, useHouse, watch } from './test.ts';

const house = useHouse({ provider: 'openai' });

// Requests to other hosts, dialogs and violations of the policy fail every test: see `watch`.
async function nothingHappened(page: Page): Promise<void> {
  expect(await page.evaluate<string[]>(whatWentThrough)).toEqual([]);
}

let reader: Person;
test.beforeEach(async ({ context }) => {
  house().fake.script({});
  reader = await house().person(hostileName);
  await enter(context, reader);
});

test('hostile text stays text in questions and answers', async ({ page }) => {
  const { id } = (await reader.post('/api/conversations', { title: hostileName })).body;
  let parent: string | null = null;
  for (const content of hostile) {
    for (const role of ['user', 'assistant']) {
      const answer: { status: number; body: { id: string } } = await reader.post(`/api/conversations/${id}/messages`, {
        role,
        content,
        parent_id: parent,
      });
      expect(answer.status).toBe(201);
      parent = answer.body.id;
    }
  }
  await page.goto(`${house().url}/c/${id}`);
  await expect(prose(lastAnswer(page))).toBeVisible();
  // What is in view is drawn, older messages come as one scrolls up: so each is looked for on the way, and its formula.
  const seen = new Set<string>();
  let formulas = 0;
  await lastAnswer(page).hover();
  await expect(async () => {
    await page.mouse.wheel(0, -400);
    const drawn = await page.evaluate<string[]>(
      "[...document.querySelectorAll('[data-message]')].map(({ dataset }) => dataset.message)",
    );
    for (const id of drawn) seen.add(id);
    formulas += await page.locator('.katex').count();
    expect(seen.size).toBe(2 * hostile.length);
  }).toPass({ intervals: [100] });
  await expect(questions(page).first()).toContainText(hostile[0] ?? '');
  // What draws formulas may have come after they had been passed.
  await expect(async () => {
    await page.mouse.wheel(0, 400);
    formulas += await page.locator('.katex').count();
    expect(formulas).toBeGreaterThan(0);
  }).toPass({ intervals: [100] });
  await nothingHappened(page);
  // The page around it stands.
  await expect(messageField(page)).toBeVisible();
  await expect(sidebar(page)).toBeVisible();
  await expect(page.getByRole('article').filter({ hasText: `<script>window.owned=1</script>` }).first()).toBeAttached();
});

test('and while it is being written, split anywhere', async ({ page }) => {
  const pieces = hostile
    .flatMap((text) => [text.slice(0, 7), text.slice(7, 19), `${text.slice(19)}\n\n`])
    .filter(Boolean);
  house().fake.script({ text: pieces, reasoning: hostile.slice(0, 8) });
  await page.goto(house().url);
  const answer = await ask(page, hostile[3] ?? '');
  await expect(prose(answer)).not.toBeEmpty();
  await answer.getByRole('button', { name: /Reasoning|Thought/ }).click();
  await nothingHappened(page);
});

test('links open elsewhere without telling where from', async ({ page }) => {
  house().fake.script({ text: 'See [the works](https://example.org/works) and <https://example.org/auto>.' });
  await page.goto(house().url);
  const answer = await ask(page, 'Where?');
  const links = prose(answer).getByRole('link');
  await expect(links).toHaveCount(2);
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute('rel', /noopener noreferrer/);
    await expect(link).toHaveAttribute('target', '_blank');
  }
});

test('titles, names and refusals', async ({ page }) => {
  const { id } = (await reader.post('/api/conversations', { title: hostileName })).body;
  await page.goto(house().url);
  await expect(page.getByRole('heading', { name: /onerror|<img|">/ }).first()).toBeVisible();
  await conversationLink(page, hostileName).hover();
  await button(sidebar(page), words.shell.more(hostileName)).click();
  await nothingHappened(page);
  await page.getByRole('menuitem', { name: words.shell.toArchive, exact: true }).click();
  await expect(page.getByText(words.shell.archived(hostileName))).toBeVisible();
  await nothingHappened(page);

  house().fake.script({ status: 400, message: hostile[3] ?? '' });
  await page.goto(`${house().url}/c/${id}`);
  await send(page, 'Fail.');
  await expect(lastAnswer(page).or(page.getByRole('alert')).last()).toBeVisible();
  await settled(lastAnswer(page));
  await nothingHappened(page);
});

test('files: names, passages, and what calls itself a picture', async ({ page, context }) => {
  const text = `The lamp is made of brass. ${hostile[3]} ${hostile[6]} [click](javascript:window.owned=1)`;
  await page.goto(house().url);
  await drop(page.getByRole('main'), {
    name: `${hostileName}md`,
    mimeType: 'text/markdown',
    buffer: Buffer.from(text),
  });
  const chip = page.getByRole('listitem').filter({ hasText: 'onerror' });
  await expect(chip).toContainText(words.files.ready);
  await nothingHappened(page);

  // Cited by the model, opened beside it.
  const answer = await ask(page, 'What is the lamp made of?');
  await expect(prose(answer)).toContainText('The lamp is made of brass.');
  await sourceList(answer).first().click();
  await expect(sourcePanel(page)).toContainText('onerror');
  await nothingHappened(page);

  const disguised = '<!doctype html><script>window.owned=1</script><h1>A picture</h1>';
  await page.goto(`${house().url}/files`);
  await expect(page.getByText('onerror').first()).toBeVisible();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.files.upload).click()]);
  await chooser.setFiles([
    { name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from(disguised) },
    {
      name: 'cat.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="window.owned=1"/>`),
    },
    { name: 'cat.html', mimeType: 'text/html', buffer: Buffer.from(disguised) },
  ]);
  const kept = page.getByRole('listitem').filter({ hasText: /^cat\./ });
  await expect(
    kept.filter({ hasText: new RegExp(`${words.files.ready}|${words.files.failed}|not|cannot`, 'i') }),
  ).toHaveCount(3);
  await nothingHappened(page);

  const { items } = (await reader.get('/api/files')).body as { items: { id: string; filename: string }[] };
  expect(items.length).toBeGreaterThan(0);
  for (const { id } of items) {
    const answer = await context.request.get(`${house().url}/api/files/${id}/content`);
    const headers = answer.headers();
    expect(headers['content-disposition']).toMatch(/^attachment/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(headers['content-type']).toMatch(/^(text\/(plain|markdown)|application\/octet-stream)/);
    // Typed into the address bar it is saved, not shown.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(`${house().url}/api/files/${id}/content`).catch(() => null),
    ]);
    expect(download.url()).toContain(id);
  }
  await nothingHappened(page);
});

test('the page itself lets nothing in that it did not bring', async ({ page, context }) => {
  const { headers } = {
    headers: (await context.request.get(house().url, { headers: { accept: 'text/html' } })).headers(),
  };
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("object-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+'/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(policy).not.toMatch(/(?:img|connect|font|media|frame)-src[^;]*(?:\*|https?:)/);
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
});

test('what these tests look for would be seen', async ({ browser }) => {
  const context = await browser.newContext();
  const wrong = watch(context);
  try {
    const page = await context.newPage();
    await page.goto(house().url);
    await page.setContent(`<article>${hostile[3]} ${hostile[27]} <img src="https://evil.example/p.png"></article>`);
    await expect.poll(() => wrong.join('\n')).toContain('https://evil.example/p.png');
    expect(wrong.join('\n')).toMatch(/content security policy/i);
    expect(new Set(await page.evaluate<string[]>(whatWentThrough)).size).toBe(3);
  } finally {
    await context.close();
  }
});
