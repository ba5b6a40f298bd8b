import { button, drop, messageField, send, sidebar, words } from './desk.ts';
import { enter } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
const note = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('A note for later.') };

test.describe('with the worker that keeps the shell', () => {
  test.use({ serviceWorkers: 'allow' });

  test('without a connection the page opens, with what was written on it; signing out leaves nothing', async ({
    page,
    context,
  }) => {
    await enter(context, await house().person('Ada Reader'));
    await page.goto(house().url);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await expect
      .poll(() =>
        page.evaluate('caches.keys().then(async (keys) => (await (await caches.open(keys[0])).keys()).length)'),
      )
      .toBeGreaterThan(10);
    const kept = await page.evaluate<string[]>(
      'caches.keys().then(async (keys) => (await (await caches.open(keys[0])).keys()).map(({ url }) => new URL(url).pathname))',
    );
    expect(kept.filter((path) => !/^\/($|assets\/|icons\/|mark\.svg$|manifest\.json$)/.test(path))).toEqual([]);

    await messageField(page).fill('Written on the train');
    await context.setOffline(true);
    await page.reload();
    await expect(messageField(page)).toHaveValue('Written on the train');
    await expect(page.getByText(words.app.offline)).toBeVisible();
    await expect(page.getByRole('heading', { name: /Ada$/ })).toBeVisible();

    await context.setOffline(false);
    await expect(page.getByText(words.app.offline)).toBeHidden();
    house().fake.script({ text: 'Here it is.' });
    await page.keyboard.press('Enter');
    await messageField(page).press('Enter');
    await expect(page.getByText('Here it is.')).toBeVisible();

    await sidebar(page)
      .getByRole('button', { name: new RegExp(words.shell.account) })
      .click();
    await page.getByRole('menuitem', { name: words.auth.signOut }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    expect(await page.evaluate('Object.keys(localStorage).filter((key) => /draft|person/.test(key)).length')).toBe(0);
  });

  test('it can be installed', async ({ page }) => {
    await page.goto(`${house().url}/sign-in`);
    const href = (await page.locator('link[rel=manifest]').getAttribute('href')) ?? '';
    const manifest = (await (await page.request.get(house().url + href)).json()) as { icons: { src: string }[] };
    expect(manifest).toMatchObject({ name: 'Carrel', display: 'standalone', start_url: './' });
    for (const { src } of manifest.icons) {
      const icon = await page.request.get(new URL(src, house().url).href);
      expect(icon.headers()['content-type']).toMatch(/^image\//);
    }
  });
});

test('a file on its way goes on after a reload, and is seen from every page', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  // The line is so slow that it never ends.
  await page.route('**/api/files', (route) => (route.request().method() === 'POST' ? undefined : route.continue()));
  await drop(page.getByRole('main'), note);
  const chip = page.getByRole('listitem').filter({ hasText: note.name });
  await expect(chip).toContainText(words.files.uploading(0).replace('0', '').trim().slice(0, 6));
  await page.getByRole('link', { name: words.prompts.title }).click();
  const tray = page.getByRole('region', { name: words.tray.title });
  await expect(tray).toContainText(words.tray.moving(1));
  await tray.getByRole('button', { name: words.tray.moving(1) }).click();
  await expect(button(tray, words.files.remove(note.name))).toBeVisible();

  await page.unroute('**/api/files');
  await page.goto(house().url);
  await expect(chip).toContainText(words.files.ready);
  await page.reload();
  // What lies beside the draft is kept as the draft is.
  await expect(chip).toContainText(words.files.ready);
  house().fake.script({ text: 'Read.' });
  await send(page, 'What is in it?');
  await expect(page.getByText('Read.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Read.')).toBeVisible();
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  // What was kept is read a moment later.
  await page.waitForLoadState('networkidle');
  await expect(chip).toBeHidden();
});

test('what one person’s browser kept is nothing of the next person’s', async ({ page, context }) => {
  await enter(context, await house().person('First'));
  await page.goto(house().url);
  await expect(messageField(page)).toBeVisible();
  await page.route('**/api/files', (route) => (route.request().method() === 'POST' ? undefined : route.continue()));
  await drop(page.getByRole('main'), note);
  await expect(page.getByRole('listitem').filter({ hasText: note.name })).toBeVisible();
  await page.unroute('**/api/files');
  await context.clearCookies();
  const second = await house().person('Second');
  await enter(context, second);
  await page.goto(house().url);
  await expect(page.getByRole('heading', { name: /Second$/ })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('listitem').filter({ hasText: note.name })).toBeHidden();
  expect((await second.get('/api/files')).body.items).toEqual([]);
});
