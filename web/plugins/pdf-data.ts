import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
/** With the version in it, as what is there is served as never changing. */
const { version } = createRequire(import.meta.url)('pdfjs-dist/package.json') as { version: string };
const place = `assets/pdf-${version}`;

/** What the PDF viewer fetches when a file asks for it: character maps, the standard fonts, and decoders of scans. */
const folders: Readonly<Record<string, RegExp>> = {
  cmaps: /\.bcmap$/,
  standard_fonts: /\.(pfb|ttf)$/,
  // Without WebAssembly, which our Content-Security-Policy does not allow.
  wasm: /_nowasm_fallback\.js$/,
};

/** Puts the viewer's data beside the page, so that nothing comes from elsewhere. */
export function pdfData(): Plugin {
  return {
    name: 'carrel:pdf-data',
    async generateBundle() {
      for (const [folder, wanted] of Object.entries(folders)) {
        for (const name of (await readdir(join(home, folder))).filter((each) => wanted.test(each))) {
          const source = await readFile(join(home, folder, name));
          this.emitFile({ type: 'asset', fileName: `${place}/${folder}/${name}`, source });
        }
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${place}`, (request, response, next) => {
        const [, folder = '', name = ''] = (request.url ?? '').split('/');
        const path = join(home, basename(folder), basename(name));
        if (!folders[folder]?.test(name) || !existsSync(path)) return next();
        response.setHeader('content-type', name.endsWith('.js') ? 'text/javascript' : 'application/octet-stream');
        createReadStream(path).pipe(response);
      });
    },
  };
}
