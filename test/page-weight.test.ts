import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isNeedless } from '../scripts/prune-packages.ts';
import { root } from '../server/lib/root.ts';

type Chunk = Rolldown.OutputChunk;
let chunks = new Map<string, Chunk>();

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

const page = ['web/src/main.tsx'];
const signIn = [...page, 'web/src/features/auth/sign-in.tsx'];
const desk = [
  ...page,
  'web/src/app/shell.tsx',
  'web/src/features/chat/chat-page.tsx',
  'socket.io-client/build/esm/index.js',
];
const answer = [...desk, 'web/src/features/chat/markdown/markdown.tsx'];

it('is built of nothing that ./start.sh removes from the packages', () => {
  const files = [...chunks.values()].flatMap(({ moduleIds }) => moduleIds).map((id) => id.replace(/[?#].*$/, ''));
  const inPackages = files.flatMap((id) => id.split('/node_modules/').slice(1, 2));
  expect(inPackages.length).toBeGreaterThan(100);
  expect(inPackages.filter(isNeedless)).toEqual([]);
});

describe('what is loaded first, gzipped, in kB', () => {
  it.each([
    ['signing in', 180, signIn],
    ['the empty desk', 240, desk],
    ['a chat with an answer', 280, answer],
  ])('for %s is at most %i', (_what, limit, modules) => {
    expect(kilobytes(loadedBy(modules))).toBeLessThanOrEqual(limit);
  });

  it('holds nothing that most answers do not need', () => {
    const modules = loadedBy(answer).flatMap(({ moduleIds }) => moduleIds);
    for (const name of ['katex', 'shiki', 'mermaid', 'pdfjs-dist', 'zod', 'lib/strings/de.ts', 'features/admin'])
      expect(
        modules.filter((id) => id.includes(`/${name}`)),
        name,
      ).toEqual([]);
  });
});
