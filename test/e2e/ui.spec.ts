import { createServer } from 'vite';
import { words } from './desk.ts';
import { enter, ownOrigins } from './house.ts';
import { inspect } from './inspect.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse();

test('the parts that pages are made of stand on a page of their own while one develops', async ({ page, context }) => {
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
    await enter(context, await house().person());
    await page.goto(`${url}ui`);
    // Light and dark beside each other.
    await expect(page.getByRole('heading', { level: 1, name: /light|dark/ })).toHaveCount(2, { timeout: 90_000 });
    await expect(page.getByRole('table')).toHaveCount(2, { timeout: 90_000 });
    await inspect(page);
  } finally {
    await developed.close();
  }
});

test('and are not part of what is built', async ({ page }) => {
  await page.goto(`${house().url}/ui`);
  await expect(page.getByRole('heading', { name: words.app.notFoundTitle })).toBeVisible();
});
