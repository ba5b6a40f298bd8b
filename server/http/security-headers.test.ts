import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { loadPage } from './page.ts';
import { registerSecurityHeaders } from './security-headers.ts';

it('names a fresh nonce in the policy and in the page, each time it is sent', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'carrel-page-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'index.html'), '<script nonce="__CSP_NONCE__">1</script>');
  const page = loadPage(dir, { cookiesSpeak: true });
  const config = loadConfig({ env: { DATA_DIR: dir }, cwd: dir });
  const app = Fastify();
  registerSecurityHeaders(app, config);
  app.get('/', (_request, reply) => page.send(reply));
  const seen = new Set<string>();
  for (let time = 0; time < 2; time += 1) {
    const { headers, body } = await app.inject('/');
    const [, nonce = ''] =
      /script-src 'self' 'nonce-([0-9a-f]{32})';/.exec(String(headers['content-security-policy'])) ?? [];
    expect(body).toBe(`<script nonce="${nonce}">1</script>`);
    seen.add(nonce);
  }
  expect(seen.size).toBe(2);
});

it.each([
  [true, 'carrel_session_1a2b3c4d=x', 'yes'],
  [true, 'other=1; __Host-carrel_session=x', 'yes'],
  [true, 'not_carrel_session=x', 'no'],
  [true, undefined, 'no'],
  [false, 'carrel_session_1a2b3c4d=x', 'no'],
] as const)('cookies speak: %s. The page of who sends %s is told: %s', async (cookiesSpeak, cookie, told) => {
  const dir = mkdtempSync(join(tmpdir(), 'carrel-page-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'index.html'), '__SIGNED_IN__');
  const page = loadPage(dir, { cookiesSpeak });
  const app = Fastify();
  app.get('/', (_request, reply) => page.send(reply));
  expect((await app.inject({ url: '/', headers: cookie ? { cookie } : {} })).body).toBe(told);
});
