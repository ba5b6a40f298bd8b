import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Canvas } from '@napi-rs/canvas';
import { createWorker, OEM, type Block } from 'tesseract.js';
import { cleanText } from '../../clean-text.ts';
import type { ExtractedPage, PlacedText } from '../../driver.ts';
import { placed } from '../../placing.ts';

/** Languages that come with Carrel; text of both is read whatever the language of the page is. */
const languages = ['eng', 'deu'];
/** Per cent. What is guessed from noise is no text. */
const leastConfidence = 30;

const require = createRequire(import.meta.url);

/** Text in pictures. `read` answers a picture's text, paragraphs apart by an empty line, and where its words stand. */
export type Ocr = { read(picture: Canvas): Promise<Pick<ExtractedPage, 'text' | 'placed'>>; close(): Promise<void> };

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
      async read(picture) {
        const { data } = await worker.recognize(picture.toBuffer('image/png'), {}, { text: true, blocks: true });
        if (data.confidence < leastConfidence) return { text: '' };
        return { text: cleanText(data.text), placed: (data.blocks ?? []).flatMap((block) => wordsOf(block, picture)) };
      },
      async close() {
        await worker.terminate();
      },
    };
  } finally {
    await rm(langPath, { recursive: true, force: true });
  }
}

const wordsOf = ({ paragraphs }: Block, picture: Canvas): PlacedText[] =>
  paragraphs.flatMap(({ lines }) =>
    lines.flatMap(({ words }) =>
      words.flatMap(({ text, bbox: { x0, y0, x1, y1 } }) =>
        placed(text, { left: x0, top: y0, right: x1, bottom: y1 }, picture),
      ),
    ),
  );
