import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from '@playwright/test';
import { goodPassword } from '../app.ts';
import { freePort } from '../process.ts';
import { answers, ask, button, conversationLink, drop, lastAnswer, messageField, sidebar, words } from './desk.ts';
import { openHouse, ownOrigins, type House } from './house.ts';
import { manualFile } from './manual.ts';
import { expect, test } from './test.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};
const root = join(import.meta.dirname, '..', '..');

/** What a host of static files does: files under a path, and the one page for everything that is not there. */
function serveFiles(dir: string, base: string): Server {
  return createServer((request, response) => {
    const send = async (): Promise<void> => {
      const { pathname } = new URL(request.url ?? '/', 'http://static');
      const wanted = join(dir, pathname.startsWith(base) ? pathname.slice(base.length) : 'index.html');
      const there = await stat(wanted).then(
        (one) => one.isFile(),
        () => false,
      );
      const path = there ? wanted : join(dir, 'index.html');
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
      response.end(await readFile(path));
    };
    void send();
  });
}

let house: House;
let files: Server;
let page: string;
let dir: string;

test.beforeAll(async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  house = await openHouse({ provider: 'openai', env: { AUTH_MODE: 'bearer', CORS_ORIGINS: origin } });
  dir = await mkdtemp(join(tmpdir(), 'carrel-static-'));
  await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'web', '--base', '/desk/', '--outDir', dir, '--emptyOutDir'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production', VITE_API_URL: house.url } },
  );
  files = serveFiles(dir, '/desk/');
  await new Promise<void>((resolve) => files.listen(port, '127.0.0.1', resolve));
  ownOrigins.add(origin);
  page = `${origin}/desk/`;
});
test.afterAll(async () => {
  files.close();
  await house.close();
  await rm(dir, { recursive: true, force: true });
});

test('as files on another origin and under a path, the page works with tokens: chat, files, live, reload, leaving', async ({
  page: tab,
  context,
}) => {
  const { email } = await house.person();
  await tab.goto(page);
  await tab.getByLabel(words.auth.login).fill(email);
  await tab.getByLabel(words.auth.password, { exact: true }).fill(goodPassword);
  await button(tab, words.auth.signIn).click();
  await expect(messageField(tab)).toBeVisible();
  expect(new URL(tab.url()).pathname).toBe('/desk/');
  expect(await tab.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain('eyJ');

  house.fake.script({ text: ['An answer ', 'from afar.'] });
  await drop(tab.getByRole('main'), { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('A note.') });
  await expect(tab.getByRole('listitem').filter({ hasText: 'note.txt' })).toContainText(words.files.ready);
  await ask(tab, 'Can you hear me?');
  await expect(lastAnswer(tab)).toContainText('An answer from afar.');
  await expect(tab).toHaveURL(/\/desk\/c\//);
  await tab.reload();
  await expect(answers(tab)).toHaveCount(1);

  const other = await context.newPage();
  await other.goto(tab.url());
  await expect(answers(other)).toHaveCount(1);
  house.fake.script({ text: 'Seen by both.' });
  await ask(tab, 'And the other tab?');
  await expect(lastAnswer(other)).toContainText('Seen by both.');
  await other.close();

  await tab.getByRole('link', { name: words.shell.files }).click();
  await expect(tab).toHaveURL(/\/desk\/files$/);
  const [download] = await Promise.all([
    tab.waitForEvent('download'),
    tab.getByRole('link', { name: words.files.open('note.txt') }).click(),
  ]);
  expect(await readFile(await download.path(), 'utf8')).toBe('A note.');

  const picture = join(root, 'web/public/icons/192.png');
  await tab.locator('input[type=file]').setInputFiles(picture);
  const row = tab.getByRole('listitem').filter({ hasText: '192.png' });
  const drawn = (image: Locator) => expect(image).not.toHaveJSProperty('naturalWidth', 0);
  await drawn(row.locator('img'));
  await row.getByRole('link', { name: '192.png', exact: true }).click();
  await drawn(tab.getByRole('img', { name: '192.png' }));
  await tab.goBack();
  await tab.locator('input[type=file]').setInputFiles(await manualFile());
  await tab.getByRole('link', { name: 'Ostrava R12 manual.pdf', exact: true }).click();
  await expect(tab.locator('main canvas').first()).toBeVisible();

  await conversationLink(tab, 'Can you hear me?').click();
  await expect(tab).toHaveURL(/\/desk\/c\//);

  await sidebar(tab)
    .getByRole('button', { name: new RegExp(words.shell.account) })
    .click();
  await tab.getByRole('menuitem', { name: words.auth.signOut }).click();
  await expect(tab).toHaveURL(/\/desk\/sign-in/);
});
