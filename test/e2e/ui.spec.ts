import type { Page } from '@playwright/test';
import { createServer } from 'vite';
import { words } from './desk.ts';
import { ownOrigins } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

test('the parts that pages are made of stand on a page of their own while one develops', async ({ page, browser }) => {
  // The first time it makes its own bundle of the libraries.
  test.slow();
  const developed = await createServer({
    configFile: 'web/vite.config.ts',
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, proxy: { '/api': { target: house().url, changeOrigin: false } } },
  });
  try {
    await developed.listen();
    const url = developed.resolvedUrls?.local[0] ?? '';
    ownOrigins.add(new URL(url).origin);
    const visit = async (on: Page): Promise<void> => {
      await on.goto(`${url}ui`);
      // Light and dark beside each other.
      await expect(on.getByRole('table')).toHaveCount(2, { timeout: 90_000 });
      await on.waitForLoadState('networkidle');
    };
    // The first visit finds the libraries; once they are bundled, the page is loaded anew by itself.
    const first = await browser.newPage();
    await visit(first);
    const libraries = developed.environments.client.depsOptimizer;
    await expect.poll(() => Object.keys(libraries?.metadata.discovered ?? {}), { timeout: 30_000 }).toEqual([]);
    await first.close();
    await visit(page);
    await inspect(page);
  } finally {
    await developed.close();
  }
});

test('and are not part of what is built', async ({ page }) => {
  await page.goto(`${house().url}/ui`);
  await expect(page.getByRole('heading', { name: words.app.notFoundTitle })).toBeVisible();
});
