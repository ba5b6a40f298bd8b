import { test as base, expect, type BrowserContext } from '@playwright/test';
import { openHouse, ownOrigins, type House } from './house.ts';

export { expect } from '@playwright/test';

const local = new Set(['data:', 'blob:', 'about:']);

/**
 * Notes what must not happen on any page: a dialog, a request to another host, an uncaught error, or something that our own
 * Content Security Policy had to stop.
 */
export function watch(context: BrowserContext): string[] {
  const wrong: string[] = [];
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!local.has(protocol) && !ownOrigins.has(origin)) wrong.push(`request to ${request.url()}`);
  });
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      const { host } = new URL(socket.url());
      if (![...ownOrigins].some((origin) => new URL(origin).host === host)) wrong.push(`socket to ${socket.url()}`);
    });
  });
  context.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('console', (message) => {
    if (/content security policy|violates the following|unsafe-(inline|eval)/i.test(message.text())) {
      wrong.push(`console: ${message.text()}`);
    }
  });
  context.on('weberror', (error) => wrong.push(`uncaught: ${error.error().message}`));
  return wrong;
}

/** Every test is watched: see `watch`. */
export const test = base.extend<{ watched: string[] }>({
  watched: [
    async ({ context }, use) => {
      const wrong = watch(context);
      await use(wrong);
      expect(wrong, 'what must not happen on any page').toEqual([]);
    },
    { auto: true },
  ],
});

/** A house for the tests of one file. */
export function useHouse(options?: Parameters<typeof openHouse>[0]): () => House {
  let house: House | undefined;
  test.beforeAll(async () => {
    house = await openHouse(options);
  });
  test.afterAll(() => house?.close());
  return () => {
    if (!house) throw new Error('The house opens before the first test.');
    return house;
  };
}
