import { describe, expect, it } from 'vitest';
import { isNeedless } from './prune-packages.ts';

const native = `${process.platform}-${process.arch}.node`;

describe('of an installed package', () => {
  it.each([
    'kysely/dist/index.js.map',
    'kysely/dist/index.d.ts',
    'zod/src/v4/core.ts',
    'undici/README.md',
    '@base-ui/react/menu/index.d.mts',
    'better-sqlite3/deps/sqlite3/sqlite3.c',
    'better-sqlite3/prebuilds/plan9-mips.node',
    'pdfjs-dist/build/pdf.mjs',
    'tesseract.js-core/tesseract-core-simd-lstm.wasm.js',
    '@tesseract.js-data/deu/4.0.0/deu.traineddata.gz',
    'fastify/node_modules/pino/types.d.ts',
    'a/node_modules/pdfjs-dist/web/viewer.css',
  ])('%s can go', (path) => expect(isNeedless(path)).toBe(true));

  it.each([
    'kysely/dist/index.js',
    'kysely/package.json',
    'undici/LICENSE',
    `better-sqlite3/prebuilds/${native}`,
    'better-sqlite3/lib/index.js',
    'pdfjs-dist/legacy/build/pdf.mjs',
    'pdfjs-dist/legacy/build/pdf.worker.min.mjs',
    'pdfjs-dist/cmaps/78-H.bcmap',
    'pdfjs-dist/wasm/openjpeg.wasm',
    'tesseract.js-core/tesseract-core-simd-lstm.js',
    'tesseract.js-core/tesseract-core-relaxedsimd.js',
    'tesseract.js-core/tesseract-core-simd-lstm.wasm',
    '@tesseract.js-data/deu/4.0.0_best_int/deu.traineddata.gz',
    'gpt-tokenizer/esm/encoding/o200k_base.js',
    'katex/dist/fonts/KaTeX_Main-Regular.woff2',
    'wasm/deps/thing.js',
  ])('%s stays', (path) => expect(isNeedless(path)).toBe(false));
});
