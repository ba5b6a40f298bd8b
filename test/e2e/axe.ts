import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules whose answer depends on colours: all that a change from light to dark can break. */
const byColor = ['color-contrast', 'link-in-text-block'];

/** What WCAG 2.2 AA itself asks, without what axe advises beyond it. */
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/**
 * What axe finds wrong with what is shown now, in words; empty is well. Its program is put into a document once. `only`: the
 * rules by colour, for a page that was looked at whole in another colour scheme, or those of WCAG.
 */
export async function violations(page: Page, { only }: { only?: 'colors' | 'wcag' } = {}): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source);
  const chosen = only === 'wcag' ? { type: 'tag', values: wcag } : { type: 'rule', values: byColor };
  const options = { resultTypes: ['violations'], ...(only && { runOnly: chosen }) };
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}

/** In light whole, in dark what colours can break. What still moves or fades in would be judged by its half-way colours. */
export async function inBothSchemes(page: Page, looked: { only?: 'wcag' } = {}): Promise<string[]> {
  const wrong: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A change of colours begins with the next frame.
    await page.evaluate('new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))');
    await page.evaluate(
      'Promise.allSettled(document.getAnimations().map((one) => one.playState === "running" && one.effect?.getTiming().iterations !== Infinity ? one.finished : null))',
    );
    const found = await violations(page, colorScheme === 'dark' ? { only: 'colors' } : looked);
    wrong.push(...found.map((text) => `${colorScheme}: ${text}`));
  }
  return wrong;
}
