import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../scripts/build-server.ts';
import { isNeedless } from '../scripts/prune-packages.ts';
import { root } from '../server/lib/root.ts';
import type { StoredFile } from '../shared/api/files.ts';
import type { SignedIn } from '../shared/api/auth.ts';
import { goodPassword } from './app.ts';
import { Client } from './client.ts';
import { makePdf } from './fixtures/pdf.ts';
import { startProcess } from './process.ts';

/** As deep as `server/dist`. */
const bundle = join(root, 'test-results', `server-${process.pid}`);
const watcher = join(import.meta.dirname, 'fixtures', 'loaded.ts');
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carrel-start-'));
  await buildServer(bundle);
});
afterAll(() => {
  for (const path of [folder, bundle]) rmSync(path, { recursive: true, force: true });
});

/** Loaded where they are needed, if ever. */
const notAtStart = [
  '@fastify/swagger',
  '@fastify/swagger-ui',
  '@napi-rs/canvas',
  '@simplewebauthn/server',
  'engine.io',
  'file-type',
  'gpt-tokenizer',
  'ldapts',
  'mysql2',
  'node-llama-cpp',
  'nodemailer',
  'openid-client',
  'pdfjs-dist',
  'pg',
  'postal-mime',
  'socket.io',
  'tesseract.js',
  'yauzl',
];

describe.each([
  ['from its sources', () => join(root, 'server', 'main.ts')],
  ['from its bundle', () => join(bundle, 'main.js')],
])('the server, started %s', (name, main) => {
  it('loads nothing that few servers need', async () => {
    const list = join(folder, 'loaded');
    const env = { DATA_DIR: join(folder, name), LOADED: list };
    const server = await startProcess(env, ['--import', watcher, main()]);
    expect(await server.stop()).toBe(0);
    const loaded = readFileSync(list, 'utf8').split('\n');
    expect(loaded).toContainEqual(expect.stringContaining('/better-sqlite3/'));
    const inPackages = loaded.flatMap((url) => url.split('/node_modules/').slice(1, 2));
    expect(inPackages.filter(isNeedless)).toEqual([]);
    expect(notAtStart.filter((each) => loaded.some((url) => url.includes(`/node_modules/${each}/`)))).toEqual([]);
    // Node's own `fetch`, which is 12 MB.
    expect(loaded).not.toContainEqual(expect.stringMatching(/^NativeModule .*\/undici\/undici$/));
  });
});

describe('the bundle', () => {
  it('is one byte a letter, so that it takes no more memory than it must', () => {
    const files = readdirSync(bundle).filter((file) => file.endsWith('.js'));
    expect(files).toContain('main.js');
    const wide = files.filter((file) => /[^\0-\u00ff]/.test(readFileSync(join(bundle, file), 'utf8')));
    expect(wide).toEqual([]);
  });

  it('serves what the sources do: accounts, files that are read in threads, sockets, and the API’s own pages', async () => {
    const server = await startProcess({ DATA_DIR: join(folder, 'data') }, [join(bundle, 'main.js')]);
    try {
      const client = new Client(server.url);
      const { body, status } = await client.post<SignedIn>('/api/auth/setup', {
        email: 'ada@example.org',
        password: goodPassword,
        name: 'Ada',
      });
      expect(status).toBe(201);
      client.signedIn(body);

      const form = new FormData();
      form.set('file', new Blob([await makePdf({ pages: [['The lamp'], ['It glows at dusk.']] })]), 'lamp.pdf');
      const uploaded = await client.post<StoredFile>('/api/files', form);
      expect(uploaded.status).toBe(201);
      await expect
        .poll(async () => (await client.get<StoredFile>(`/api/files/${uploaded.body.id}`)).body.status, {
          timeout: 60_000,
        })
        .toBe('ready');

      expect((await client.get('/openapi.json')).body.openapi).toBe('3.1.0');
      expect((await client.get('/docs/')).body).toContain('swagger-ui');
      expect((await client.get('/ws/socket.io/?EIO=4&transport=polling')).body).toContain('"upgrades":["websocket"]');
    } finally {
      await server.kill();
    }
  });

  it('starts the thread that searches vectors', async () => {
    const thread = new Worker(join(bundle, 'embedded-worker.js'));
    const words = new Uint32Array([0b1010]);
    thread.postMessage({ id: 0, request: { type: 'keep', handle: 7, words } });
    const request = { type: 'search', handles: new Int32Array([7]), query: words, limit: 1 };
    thread.postMessage({ id: 1, request });
    const [answer] = await once(thread, 'message');
    expect(answer).toEqual({ id: 1, answer: new Int32Array([7, 0]) });
    await thread.terminate();
  });
});
