/**
 * `node test/e2e/screenshots.ts docs/images` takes the pictures of the documentation from a running Carrel with example data:
 * a chat with its source (light, dark, phone), sign-in, and every other page under its name.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type BrowserContextOptions, type Page } from '@playwright/test';
import config from '../../playwright.config.ts';
import buildBundle from './bundle.ts';
import { ask, button, lastAnswer, citations, words } from './desk.ts';
import { furnish } from './example-data.ts';
import { enter, openHouse, type House, type Person } from './house.ts';
import { leanPng } from './lean-png.ts';
import { lever, manualFile } from './manual.ts';
import { views } from './views.ts';

const folder = process.argv[2] ?? 'docs/images';
const answer = `Pull the yellow quenching lever only when flames are seen at the sight glass; it lets two litres of water into the drum [1].

Before that, **keep the air out**:

1. Close the air damper and switch the burner off.
2. Leave the drum turning and its door shut: fresh air feeds the fire.

| Beside the exit | At least |
| --- | --- |
| Powder extinguisher, class ABC | 6 kg |
`;
/** A file is laid on the desk, a question asked, and its source opened. */
async function readManual(page: Page, house: House): Promise<string> {
  house.fake.script({ text: answer });
  await page.goto(house.url);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, words.chat.attach).click()]);
  await chooser.setFiles(await manualFile());
  await page.getByRole('listitem').filter({ hasText: words.files.ready }).waitFor();
  await ask(page, lever.question);
  return page.url();
}

async function openSource(page: Page): Promise<void> {
  await citations(lastAnswer(page), 1).first().click();
  await page.locator('[data-mark]').first().waitFor();
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement?.blur()');
  await page.evaluate('document.fonts.ready');
  // Pictures further down may never come.
  for (let n = 0; n < 20 && !(await page.evaluate('[...document.images].every((one) => one.complete)')); n += 1)
    await page.waitForTimeout(100);
  await writeFile(join(folder, name), leanPng(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
  console.log(join(folder, name));
}

await mkdir(folder, { recursive: true });
await buildBundle();
const house = await openHouse({ provider: 'ollama' });
const browser = await chromium.launch(config.use?.launchOptions ?? {});
const visit = async (reader: Person | null, options: BrowserContextOptions): Promise<Page> => {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Prague',
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
    ...options,
  });
  if (reader) await enter(context, reader);
  return context.newPage();
};
try {
  const { reader, roast } = await furnish(house);
  const viewport = { width: 1280, height: 800 };
  const light = await visit(reader, { viewport, colorScheme: 'light' });
  const address = await readManual(light, house);
  await openSource(light);
  await take(light, 'chat.png');

  const dark = await visit(reader, { viewport, colorScheme: 'dark' });
  await dark.goto(address);
  await openSource(dark);
  await take(dark, 'chat-dark.png');

  const phone = await visit(reader, {
    viewport: { width: 390, height: 844 },
    colorScheme: 'light',
    isMobile: true,
    hasTouch: true,
  });
  await phone.goto(address);
  await citations(lastAnswer(phone), 1).first().scrollIntoViewIfNeeded();
  await take(phone, 'chat-phone.png');

  const door = await visit(null, { viewport, colorScheme: 'light' });
  for (const { name, path, stands } of views(roast)) {
    await light.goto(house.url + path);
    await stands(light);
    await take(light, `${name}.png`);
  }

  await door.goto(`${house.url}/sign-in`);
  await door.getByRole('heading', { name: words.auth.signInTitle }).waitFor();
  await take(door, 'sign-in.png');
} finally {
  await browser.close();
  await house.close();
}
