import type { Page } from '@playwright/test';
import { inBothSchemes } from './axe.ts';
import { expect } from './test.ts';

/** In light and dark, wide and on a phone; nothing may be wider than the screen. What a narrow screen puts away is looked at wide alone. */
export async function inspect(page: Page, widths = [1280, 390]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    // What a narrow screen puts away is gone a moment later.
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await inBothSchemes(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
}
