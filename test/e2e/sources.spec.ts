import { readFile } from 'node:fs/promises';
import { PDFDocument } from 'pdf-lib';
import { ask, button, citations, drop, messageField, prose, sidebar, sourcePanel, words } from './desk.ts';
import { enter, type Person } from './house.ts';
import { burner, manualFile } from './manual.ts';
import { expect, test, useHouse } from './test.ts';

const house = useHouse({ provider: 'openai' });
let reader: Person;

test.beforeEach(async ({ page, context }) => {
  house().fake.script({});
  reader = await house().person();
  await enter(context, reader);
  await page.goto(house().url);
});

/** A page that is nothing but the picture of one, as a scanner makes it. */
async function scannedPdf(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const document = await PDFDocument.create();
  const picture = await document.embedJpg(await readFile(new URL('../fixtures/office/scan.jpg', import.meta.url)));
  document.addPage([595, 842]).drawText(' ');
  document.addPage([900, 320]).drawImage(picture, { x: 0, y: 0, width: 900, height: 320 });
  return { name: 'scan.pdf', mimeType: 'application/pdf', buffer: Buffer.from(await document.save()) };
}

test('a scanned PDF is dropped, asked, and opens at the page with the quoted words marked', async ({ page }) => {
  const scan = await scannedPdf();
  await drop(page.getByRole('main'), scan);
  await expect(page.getByRole('listitem').filter({ hasText: scan.name })).toContainText(words.files.ready, {
    timeout: 90_000,
  });
  house().fake.script({ text: ['It warns: “never open the lid while it is hot” [1].'] });
  const answer = await ask(page, 'What does it say about the lid?');
  await citations(answer, 1).click();

  const panel = sourcePanel(page);
  await expect(panel.getByText(words.sources.pageOf(2, 2))).toBeVisible();
  const sheet = panel.getByRole('img', { name: words.chat.pageLong(2) });
  await expect(sheet).toHaveAttribute('aria-busy', 'false');
  const mark = panel.locator('[data-mark=words]');
  await expect(mark.first()).toBeInViewport();
  // Drawn, not white: the scan is there, and under the mark stands ink.
  const ink = await page.evaluate<number>(`(() => {
    const canvas = document.querySelector('aside canvas');
    const mark = document.querySelector('aside [data-mark=words]');
    const [outer, inner] = [canvas.getBoundingClientRect(), mark.getBoundingClientRect()];
    const scale = canvas.width / outer.width;
    const { data } = canvas.getContext('2d').getImageData(
      (inner.x - outer.x) * scale, (inner.y - outer.y) * scale, inner.width * scale, inner.height * scale);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] < 100) dark += 1;
    return dark / (data.length / 4);
  })()`);
  expect(ink).toBeGreaterThan(0.03);

  await button(panel, words.sources.asText).click();
  await expect(panel.locator('mark').first()).toContainText(/never open the lid/i);
  await button(panel, words.sources.asPage).click();
  await button(panel, words.sources.pageBefore).click();
  await expect(panel.getByText(words.sources.pageOf(1, 2))).toBeVisible();
  await expect(mark).toHaveCount(0);

  await panel.getByRole('link', { name: words.sources.whole }).click();
  await expect(page).toHaveURL(/\/files\/[0-9a-f-]+\?page=2&passage=\d+$/);
  await expect(page.locator('main [data-mark=words]').first()).toBeInViewport();
  await page.reload();
  await expect(page.locator('main [data-mark=words]').first()).toBeInViewport();
});

test('a quotation that its source does not have is marked in the answer', async ({ page }) => {
  const manual = await manualFile();
  const { id } = await reader.uploadAndWait(manual.name, manual.buffer, manual.mimeType);
  expect(id).toBeTruthy();
  await drop(page.getByRole('main'), manual);
  await expect(page.getByRole('listitem').filter({ hasText: manual.name })).toContainText(words.files.ready);
  const wrong = 'the burner gives 99 kilowatts on a good day';
  house().fake.script({ text: [`It says “${wrong}” [1]. It is about the **burner** [1].`] });
  const answer = await ask(page, burner.question);
  await expect(answer.getByRole('note')).toContainText(wrong);
  await expect(prose(answer).getByRole('button')).toHaveCount(2);
  const doubted = prose(answer).getByRole('button', { name: /the quotation was not found in it$/ });
  await expect(doubted).toHaveCount(1);
  await doubted.click();
  await expect(sourcePanel(page)).toContainText(words.sources.notHere(wrong));
  await expect(sourcePanel(page).locator('[data-mark=words]').first()).toBeInViewport();

  await button(answer, words.sources.howFound).click();
  const trace = page.getByRole('dialog', { name: words.sources.howFound });
  await expect(trace).toContainText(burner.question);
  await expect(trace.getByRole('listitem').filter({ hasText: words.sources.outcomes.given }).first()).toContainText(
    words.sources.rankByWords(1),
  );
});

test('a text file opens at the passage, and a file that is not there says so', async ({ page }) => {
  const parts = Array.from(
    { length: 60 },
    (_, at) => `# Chapter ${at}\n\n${`Gizmo number ${at} is painted green. `.repeat(12)}`,
  );
  const { id } = await reader.uploadAndWait('gizmos.md', Buffer.from(parts.join('\n\n')), 'text/markdown');
  await page.goto(`${house().url}/files/${id}?passage=41`);
  await expect(page.locator('main mark')).toContainText('Gizmo number 41');
  await expect(page.locator('main mark')).toBeInViewport();
  await page.goto(`${house().url}/files/${id.replace(/.$/, (digit: string) => (digit === '0' ? '1' : '0'))}`);
  await expect(page.getByText(words.sources.goneTitle)).toBeVisible();
  await expect(messageField(page)).toHaveCount(0);
});

test('a long text is there again at its passage when one comes back to it', async ({ page }) => {
  const parts = Array.from(
    { length: 200 },
    (_, at) => `# Chapter ${at}\n\n${`Widget number ${at} is painted blue. `.repeat(12)}`,
  );
  const { id } = await reader.uploadAndWait('widgets.md', Buffer.from(parts.join('\n\n')), 'text/markdown');
  await page.goto(`${house().url}/files/${id}?passage=170`);
  await expect(page.locator('main mark')).toBeInViewport();
  await expect(page.locator('main mark')).toContainText('Widget number 170');
  // Not all of them are in the page.
  await expect(page.getByText('Widget number 20 is')).toHaveCount(0);
  await sidebar(page).getByRole('link', { name: words.shell.files, exact: true }).click();
  await expect(page.getByRole('heading', { name: words.files.title, level: 1 })).toBeVisible();
  await page.goBack();
  await expect(page.locator('main mark')).toBeInViewport();
  await expect(page.locator('main mark')).toContainText('Widget number 170');
});
