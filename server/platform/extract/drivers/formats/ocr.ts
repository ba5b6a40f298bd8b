import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createWorker, OEM } from 'tesseract.js';
import { cleanText } from '../../clean-text.ts';

/** Languages that come with Carrel; text of both is read whatever the language of the page is. */
const languages = ['eng', 'deu'];
/** Per cent. What is guessed from noise is no text. */
const leastConfidence = 30;

const require = createRequire(import.meta.url);

/** Text in pictures. `read` takes a PNG and answers its text, paragraphs apart by an empty line. */
export type Ocr = { read(png: Buffer): Promise<string>; close(): Promise<void> };

/** Tesseract (LSTM), with the data of its languages from the installed packages: nothing is fetched. */
export async function createOcr(): Promise<Ocr> {
  // It looks for all languages in one folder, and each is a package of its own.
  const langPath = await mkdtemp(join(tmpdir(), 'carrel-ocr-'));
  try {
    for (const language of languages) {
      const home = dirname(require.resolve(`@tesseract.js-data/${language}/package.json`));
      const name = `${language}.traineddata.gz`;
      await symlink(join(home, '4.0.0_best_int', name), join(langPath, name));
    }
    const worker = await createWorker(languages, OEM.LSTM_ONLY, { langPath, cacheMethod: 'none', gzip: true });
    return {
      async read(png) {
        const { data } = await worker.recognize(png);
        return data.confidence < leastConfidence ? '' : cleanText(data.text);
      },
      async close() {
        await worker.terminate();
      },
    };
  } finally {
    await rm(langPath, { recursive: true, force: true });
  }
}
