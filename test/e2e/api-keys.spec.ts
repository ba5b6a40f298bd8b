import type { Page } from '@playwright/test';
import { Client } from '../client.ts';
import { inBothSchemes } from './axe.ts';
import { button, words } from './desk.ts';
import { enter } from './house.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

async function inspect(page: Page): Promise<void> {
  expect(await inBothSchemes(page)).toEqual([]);
}

test('a key is made, shown once, used, rotated and ended', async ({ page, context }) => {
  const reader = await house().person();
  await enter(context, reader);
  await page.goto(`${house().url}/settings`);
  await button(page, words.apiKeys.new).click();
  await expect(page.getByLabel(words.apiKeys.name, { exact: true }).last()).toBeFocused();
  await page.getByLabel(words.apiKeys.name, { exact: true }).last().fill('Backup script');
  for (const scope of ['chat', 'models', 'documents', 'files'] as const)
    await page.getByRole('checkbox', { name: words.apiKeys.scopeNames[scope], exact: true }).uncheck();
  await button(page, words.apiKeys.make).click();
  await expect(page.getByText(words.apiKeys.noScope)).toBeVisible();
  await inspect(page);
  await page.getByRole('checkbox', { name: words.apiKeys.scopeNames.files, exact: true }).check();
  await button(page, words.apiKeys.make).click();

  const shown = page.getByRole('group', { name: words.apiKeys.freshTitle('Backup script') });
  await expect(shown).toBeFocused();
  const key = (await shown.locator('code').textContent()) ?? '';
  expect(key).toMatch(/^crl_/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await shown.getByRole('button', { name: words.apiKeys.copy }).click();
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(key);
  await inspect(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await inspect(page);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 800 });

  const program = new Client(house().url);
  const use = async (secret: string, url = '/api/files') =>
    (await program.get(url, { headers: { 'x-api-key': secret } })).status;
  expect(await use(key)).toBe(200);
  expect(await use(key, '/api/conversations')).toBe(403);
  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'Backup script' });
  await expect(row).toContainText(key.slice(0, 12));
  await expect(row).toContainText('last used');
  expect(await page.content()).not.toContain(key);

  await row.getByRole('button', { name: words.apiKeys.rotateLabel('Backup script') }).click();
  await expect(shown).toBeVisible();
  const next = (await shown.locator('code').textContent()) ?? '';
  expect(next).not.toBe(key);
  expect([await use(key), await use(next)]).toEqual([200, 200]);
  await button(page, words.apiKeys.kept).click();
  await expect(shown).toBeHidden();
  await row.getByRole('button', { name: words.apiKeys.revokeLabel('Backup script') }).click();
  await button(page, words.apiKeys.revokeSure).click();
  await expect(row).toBeHidden();
  expect([await use(key), await use(next)]).toEqual([401, 401]);
});
