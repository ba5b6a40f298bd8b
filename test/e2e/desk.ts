import { expect, type Locator, type Page } from '@playwright/test';
import { en } from '../../web/src/lib/strings/en.ts';
import { forAdmins } from '../../web/src/lib/strings/for-admins.ts';

/** The page as a reader finds it: by role and name. */
export const words = { ...en, ...forAdmins.en };

export const messageField = (page: Page): Locator => page.getByRole('textbox', { name: words.chat.input, exact: true });
export const answers = (page: Page): Locator => page.getByRole('article', { name: /^Answer by/ });
export const questions = (page: Page): Locator => page.getByRole('article', { name: words.chat.you, exact: true });
export const lastAnswer = (page: Page): Locator => answers(page).last();
/** What the answer says, without what stands under it. */
export const prose = (answer: Locator): Locator => answer.locator('.prose');
export const button = (place: Page | Locator, name: string): Locator =>
  place.getByRole('button', { name, exact: true });
export const sidebar = (page: Page): Locator => page.getByRole('complementary', { name: words.shell.navigation });
/** By its title: its accessible name may also say that an answer is being written. */
export const conversationLink = (page: Page, title: string): Locator =>
  sidebar(page)
    .getByRole('link')
    .and(page.getByTitle(title, { exact: true }));
/** The marks in the text that lead to a source. */
export const citations = (answer: Locator, index: number): Locator =>
  prose(answer).getByRole('button', { name: new RegExp(`^Open source ${index},`) });
/** The buttons under the answer, one for each source. */
export const sourceList = (answer: Locator): Locator =>
  answer.getByLabel(words.chat.sources, { exact: true }).getByRole('button');
export const sourcePanel = (page: Page): Locator => page.getByRole('complementary', { name: words.chat.sourcePanel });

export async function send(page: Page, text: string): Promise<void> {
  await messageField(page).fill(text);
  await messageField(page).press('Enter');
}

/** Whole, stopped or failed: no longer being written. */
export async function settled(answer: Locator): Promise<void> {
  await expect(answer).toHaveAttribute('aria-busy', 'false');
}

/** Sends a message and waits for the end of its answer. */
export async function ask(page: Page, text: string): Promise<Locator> {
  const count = await answers(page).count();
  await send(page, text);
  await expect(answers(page)).toHaveCount(count + 1);
  const answer = lastAnswer(page);
  await settled(answer);
  return answer;
}

export type FileToDrop = { name: string; mimeType: string; buffer: Buffer };

/** Drags files over an element and lets them go there, as the browser reports it. */
export async function drop(target: Locator, file: FileToDrop): Promise<void> {
  const data = { name: file.name, type: file.mimeType, base64: file.buffer.toString('base64') };
  const transfer = await target.page().evaluateHandle(`(() => {
    const { name, type, base64 } = ${JSON.stringify(data)};
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type }));
    return transfer;
  })()`);
  for (const type of ['dragenter', 'dragover', 'drop']) await target.dispatchEvent(type, { dataTransfer: transfer });
}

export async function focusedName(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''`,
  );
}

/** Until the page hears what happens elsewhere: its socket stands, and the server knows whose it is. */
export async function listening(page: Page): Promise<void> {
  const socket = await page.waitForEvent('websocket');
  await socket.waitForEvent('framereceived', ({ payload }) => payload.toString().includes('user-count'));
}

/** A model's answer that shows each word lost or doubled. */
export const numberedWords = (count: number): string[] => Array.from({ length: count }, (_, at) => `word${at + 1} `);

/** Holds an answer until it is opened. */
export function gate(): { until: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { until: promise, open: resolve };
}
