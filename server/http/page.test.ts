import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { compressAnswers } from './compress.ts';
import { serveAssets } from './page.ts';

it('sends what was compressed beside a file as it stands, and the file to who cannot read that', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'carrel-page-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'assets'));
  const code = 'export const words = "many of them";\n'.repeat(100);
  const small = brotliCompressSync(code);
  writeFileSync(join(dir, 'assets', 'a.js'), code);
  writeFileSync(join(dir, 'assets', 'a.js.br'), small);
  writeFileSync(join(dir, 'assets', 'b.js'), code);
  const app = Fastify();
  compressAnswers(app);
  await serveAssets(app, dir);
  onTestFinished(() => app.close());
  const get = (url: string, encoding: string) => app.inject({ url, headers: { 'accept-encoding': encoding } });

  const first = await get('/assets/a.js', 'gzip, deflate, br, zstd');
  expect(first.rawPayload.equals(small)).toBe(true);
  expect(first.headers).toMatchObject({
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(first.headers['content-type']).toContain('javascript');
  expect(String(first.headers.vary).toLowerCase()).toContain('accept-encoding');
  expect((await get('/assets/a.js', 'identity')).body).toBe(code);
  expect((await get('/assets/b.js', 'br')).headers['content-encoding']).toBe('br');
});
