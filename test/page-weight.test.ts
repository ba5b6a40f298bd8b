import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isNeedless } from '../scripts/prune-packages.ts';
import { root } from '../server/lib/root.ts';

type Chunk = Rolldown.OutputChunk;
let chunks = new Map<string, Chunk>();
let html = '';

beforeAll(async () => {
  // React has another build for everything else.
  vi.stubEnv('NODE_ENV', 'production');
  const built = await build({
    root: join(root, 'web'),
    mode: 'production',
    logLevel: 'error',
    build: { write: false },
  });
  const { output } = built as Rolldown.RolldownOutput;
  html =
    output.flatMap((file) => (file.fileName === 'index.html' && 'source' in file ? [String(file.source)] : []))[0] ??
    '';
  chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
});

afterAll(() => vi.unstubAllEnvs());

/** The files that hold these modules, and all that they import at once. */
function loadedBy(modules: readonly string[]): Chunk[] {
  const found = new Set<Chunk>();
  const add = (chunk: Chunk | undefined): void => {
    if (!chunk || found.has(chunk)) return;
    found.add(chunk);
    for (const name of chunk.imports) add(chunks.get(name));
  };
  for (const module of modules) {
    const chunk = [...chunks.values()].find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/${module}`)));
    expect(chunk, module).toBeDefined();
    add(chunk);
  }
  return [...found];
}

const kilobytes = (loaded: readonly Chunk[]): number =>
  loaded.reduce((sum, { code }) => sum + gzipSync(code).length, 0) / 1_000;

const page = ['web/src/main.tsx', 'web/src/lib/strings/en.ts'];
const signIn = [...page, 'web/src/features/auth/sign-in.tsx'];
const drawn = [...page, 'web/src/app/shell.tsx', 'web/src/features/chat/chat-page.tsx'];
const markdown = 'web/src/features/chat/markdown/markdown.tsx';
const desk = [...drawn, 'socket.io-client/build/esm/index.js'];
const answer = [...desk, markdown];

it('is built of nothing that ./start.sh removes from the packages', () => {
  const files = [...chunks.values()].flatMap(({ moduleIds }) => moduleIds).map((id) => id.replace(/[?#].*$/, ''));
  const inPackages = files.flatMap((id) => id.split('/node_modules/').slice(1, 2));
  expect(inPackages.length).toBeGreaterThan(100);
  expect(inPackages.filter(isNeedless)).toEqual([]);
});

describe('what is loaded first, gzipped, in kB', () => {
  it.each([
    ['signing in', 155, signIn],
    ['the empty desk', 212, desk],
    ['a chat with an answer', 256, answer],
  ])('for %s is at most %i', (_what, limit, modules) => {
    expect(kilobytes(loadedBy(modules))).toBeLessThanOrEqual(limit);
  });

  it('is asked for by index.html itself, before any of it runs', () => {
    const files = loadedBy([...signIn, ...drawn, markdown]).map(({ fileName }) => fileName);
    expect(files.filter((file) => !html.includes(file))).toEqual([]);
  });

  it('comes in few files', () => {
    expect(loadedBy(signIn).length).toBeLessThanOrEqual(7);
    expect(loadedBy(answer).length).toBeLessThanOrEqual(12);
  });

  it.each([
    ['code highlighting', ['/shiki/', '/@shikijs/']],
    ['maths', ['/katex/', '/rehype-katex/', '/micromark-extension-math/']],
    ['diagrams', ['/beautiful-mermaid/', '/elkjs/']],
    ['the PDF viewer', ['/pdfjs-dist/']],
    ['charts', ['/features/usage/']],
    ['what admins do', ['/features/admin/', '/features/mcp/', '/strings/for-admins']],
    ['another language', ['/strings/de']],
    ['schemas', ['/zod/']],
  ])('has no %s in it, which comes when it is needed', (_what, places) => {
    const first = loadedBy(answer);
    const isOf = (id: string): boolean => places.some((place) => id.includes(place));
    expect(first.flatMap(({ moduleIds }) => moduleIds).filter(isOf)).toEqual([]);
  });

  it('fetches highlighting, maths, diagrams, charts and the PDF viewer by themselves', () => {
    const later = [...chunks.values()].filter((chunk) => !loadedBy(answer).includes(chunk));
    const held = later.flatMap(({ moduleIds }) => moduleIds);
    for (const place of ['/@shikijs/', '/katex/', '/features/usage/daily-chart.tsx', '/pdfjs-dist/'])
      expect(held.filter((id) => id.includes(place)).length, place).toBeGreaterThan(0);
  });

  it('is English alone for who reads English, and German alone for who reads German', () => {
    const german = loadedBy(['web/src/main.tsx', 'web/src/lib/strings/de.ts']).flatMap(({ moduleIds }) => moduleIds);
    expect(german.filter((id) => /\/strings\/(en|.*\.en)\b/.test(id))).toEqual([]);
    const english = loadedBy(page).flatMap(({ moduleIds }) => moduleIds);
    expect(english.filter((id) => /\/strings\/(de|.*\.de)\b/.test(id))).toEqual([]);
  });
});
