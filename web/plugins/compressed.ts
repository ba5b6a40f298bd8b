import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'vite';
import { filesFirst } from './rooms.ts';

/** Bytes. Anything smaller fits into one packet as it is. */
const WORTHWHILE = 1_400;
const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

/** Puts what is loaded first beside itself in Brotli, as small as it gets: nobody waits for the server to do it. The rest is compressed as it is asked for. */
export function compressed(): Plugin {
  return {
    name: 'carrel:compressed',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) return;
      const first = filesFirst(bundle);
      const sources = Object.values(bundle).flatMap((file): [string, string | Uint8Array][] => {
        if (file.type === 'chunk') return first.has(file.fileName) ? [[file.fileName, file.code]] : [];
        return file.fileName.endsWith('.css') ? [[file.fileName, file.source]] : [];
      });
      await Promise.all(
        sources
          .filter(([, source]) => source.length >= WORTHWHILE)
          .map(async ([name, source]) =>
            writeFile(join(dir, `${name}.br`), await promisify(brotliCompress)(Buffer.from(source), best)),
          ),
      );
    },
  };
}
