import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { degrees, PDFDocument } from 'pdf-lib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { brokenPdf, encryptedPdf, makePdf, pdfWithContent } from '../../../../test/fixtures/pdf.ts';
import type { Logger } from '../../../lib/logger.ts';
import { createTextExtractor, type TextExtractorOptions } from './worker-pool.ts';
import { NotTheFile, type TextExtractor } from '../driver.ts';

const never = new AbortController().signal;
const pdf = 'application/pdf';
const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn(), child: vi.fn() } as unknown as Logger;

let directory: string;
const extractors: TextExtractor[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'carrel-extract-'));
});
afterEach(async () => {
  await Promise.all(extractors.splice(0).map((extractor) => extractor.close()));
});
afterAll(() => rm(directory, { recursive: true }));

function extractorWith(options: Partial<TextExtractorOptions> = {}): TextExtractor {
  const extractor = createTextExtractor({ memoryMb: 512, timeoutMs: 60_000, logger, ...options });
  extractors.push(extractor);
  return extractor;
}

let count = 0;
async function fileWith(bytes: Buffer, contentType = pdf): Promise<{ path: string; contentType: string }> {
  const path = join(directory, `file-${(count += 1)}`);
  await writeFile(path, bytes);
  return { path, contentType };
}

const read = async (
  extractor: TextExtractor,
  bytes: Buffer,
  contentType = pdf,
  signal = never,
  progress = (): void => undefined,
) => extractor.extract(await fileWith(bytes, contentType), signal, progress);

/** 300 MB of drawing commands in little more than 1 MB. */
const bomb = pdfWithContent(
  deflateSync(Buffer.alloc(300_000_000, 'BT /F1 12 Tf (aaaa) Tj ET\n'), { level: 1 }),
  '/Filter /FlateDecode',
);

describe('PDF', () => {
  it('reads the text layer page by page and tells how far it is', async () => {
    const pages = [['Contents', 'What is where.'], ['Safety', 'Never open the lid while it is hot.'], []];
    const seen: [number, number][] = [];
    const extraction = await extractorWith().extract(
      await fileWith(await makePdf({ pages })),
      never,
      (done, total) => void seen.push([done, total]),
    );
    expect(extraction).toMatchObject({
      page_count: 3,
      pages: [
        { page: 1, text: 'Contents\n\nWhat is where.' },
        { page: 2, text: 'Safety\n\nNever open the lid while it is hot.' },
        { page: 3, text: '' },
      ],
    });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it.each([0, 90, 180, 270])('says where on its page each line stands, also when it is turned by %i°', async (turn) => {
    const document = await PDFDocument.create();
    const page = document.addPage([600, 800]);
    page.setRotation(degrees(turn));
    page.drawText('Upright line', { x: 60, y: 700, size: 20 });
    page.drawText('Sideways', { x: 300, y: 400, size: 20, rotate: degrees(90) });
    const { pages } = await read(extractorWith(), Buffer.from(await document.save()));
    const placed = new Map((pages[0]?.placed ?? []).map(([text, ...box]) => [text, box]));
    const middle = (text: string): [number, number] => {
      const [x = 0, y = 0, width = 0, height = 0] = placed.get(text) ?? [];
      return [(x + width / 2) / 10_000, (y + height / 2) / 10_000];
    };
    // As fractions of the page that is shown, after it was turned clockwise.
    const turned = (x: number, y: number): [number, number] =>
      turn === 90 ? [1 - y, x] : turn === 180 ? [1 - x, 1 - y] : turn === 270 ? [y, 1 - x] : [x, y];
    const expected: [string, [number, number]][] = [
      ['Upright line', [(60 + 54) / 600, (100 - 6) / 800]],
      ['Sideways', [(300 - 6) / 600, (400 - 40) / 800]],
    ];
    for (const [text, [x, y]] of expected) {
      const [wantedX, wantedY] = turned(x, y);
      const [atX, atY] = middle(text);
      expect(Math.abs(atX - wantedX)).toBeLessThan(0.01);
      expect(Math.abs(atY - wantedY)).toBeLessThan(0.01);
    }
  });

  const paragraphs = [
    'The boiler heats the water for the taps and for the radiators, and it decides by itself which of them comes first whenever both of them ask at once.',
    'Extraordinarily complicated installations, for instance those with underfloor heating, need a supplementary thermostatic mixing valve between the circuits.',
    'Afterwards the pressure should stand between one and two bar while everything is cold; otherwise refill it as the maintenance chapter says.',
  ];

  it.each([
    ['one column', {}],
    ['words broken at the end of lines', { hyphenate: true }],
    ['two columns', { columns: 2 as const }],
    ['two columns with broken words', { columns: 2 as const, hyphenate: true }],
  ])('puts paragraphs together from lines: %s', async (_, options) => {
    const text = [...paragraphs, ...paragraphs, ...paragraphs, ...paragraphs, ...paragraphs];
    const { pages } = await read(extractorWith(), await makePdf({ pages: [text], headings: false, ...options }));
    expect(pages[0]?.text.split('\n\n')).toEqual(text);
  });

  it('says what is protected and what is broken', async () => {
    const extractor = extractorWith();
    await expect(read(extractor, encryptedPdf())).rejects.toMatchObject({ code: 'FILE_ENCRYPTED' });
    await expect(read(extractor, brokenPdf())).rejects.toMatchObject({ code: 'FILE_UNREADABLE', cause: undefined });
    await expect(read(extractor, Buffer.alloc(0))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const whole = await makePdf({ pages: [['Title', 'Text.']] });
    await expect(read(extractor, whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  it('is quiet', async () => {
    const [out, err] = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const logged = vi.spyOn(console, 'log');
    try {
      await read(extractorWith(), pdfWithContent(Buffer.from('BT /F9 12 Tf (x) Tj ET Q Q nonsense 1 0 0')));
      expect(
        [...out.mock.calls, ...err.mock.calls, ...logged.mock.calls].filter(([line]) =>
          /warn|canvas|font|pdf/i.test(String(line)),
        ),
      ).toEqual([]);
    } finally {
      vi.restoreAllMocks();
    }
  });
});

describe('text', () => {
  const texts: [string, Buffer, string][] = [
    ['UTF-8', Buffer.from('Grüße 😀\r\nzwei'), 'Grüße 😀\nzwei'],
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße'), 'Grüße'],
    ['UTF-16 LE', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße'],
    ['UTF-16 BE', Buffer.from('\ufeffGrüße', 'utf16le').swap16(), 'Grüße'],
    ['windows-1252', Buffer.from('Gr\xfc\xdfe \x80 5', 'latin1'), 'Grüße € 5'],
  ];
  it.each(texts)('reads %s', async (_, bytes, text) => {
    expect(await read(extractorWith(), bytes, 'text/plain')).toEqual({
      page_count: null,
      pages: [{ page: null, text }],
    });
  });

  it('does not take bytes for text', async () => {
    await expect(read(extractorWith(), Buffer.from([104, 105, 0, 1, 2]), 'text/plain')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  it('says where it was not the file’s fault', async () => {
    const gone = { path: join(directory, 'not-there'), contentType: 'image/png', side: 64 };
    await expect(extractorWith().picture(gone, never)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      cause: expect.any(NotTheFile),
    });
    const broken = { ...(await fileWith(Buffer.from('no picture'), 'image/png')), side: 64 };
    await expect(extractorWith().picture(broken, never)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      cause: undefined,
    });
  });

  it('refuses a type that it does not know', async () => {
    await expect(read(extractorWith(), Buffer.from('x'), 'video/mp4')).rejects.toMatchObject({
      code: 'UNSUPPORTED_FILE_TYPE',
    });
  });
});

describe('limits', () => {
  it('ends a worker that takes too much memory, and reads on with another', async () => {
    const extractor = extractorWith({ memoryMb: 160 });
    const { pid } = process;
    await expect(read(extractor, bomb)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('memory'),
      cause: expect.any(NotTheFile),
    });
    expect(process.pid).toBe(pid);
    expect((await read(extractor, Buffer.from('still here'), 'text/plain')).pages).toEqual([
      { page: null, text: 'still here' },
    ]);
  });

  it('ends a worker that takes too long', async () => {
    const extractor = extractorWith({ timeoutMs: 1 });
    await expect(read(extractor, bomb)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('too long'),
      cause: expect.any(NotTheFile),
    });
  });

  it('stops when it is told to, with the reason given', async () => {
    const extractor = extractorWith();
    const controller = new AbortController();
    const reading = read(extractor, await makePdf({ pages: [['A'], ['B']] }), pdf, controller.signal, () =>
      controller.abort(new Error('enough')),
    );
    await expect(reading).rejects.toThrow('enough');
    await expect(read(extractor, Buffer.from('x'), 'text/plain', controller.signal)).rejects.toThrow('enough');
    await expect(read(extractor, Buffer.from('next'), 'text/plain')).resolves.toMatchObject({
      pages: [{ text: 'next' }],
    });
  });

  it('keeps the rest waiting, and lets go who does not want to wait', async () => {
    const extractor = extractorWith({ workers: 1 });
    const controller = new AbortController();
    const first = read(extractor, Buffer.from('first'), 'text/plain');
    const second = read(extractor, Buffer.from('second'), 'text/plain', controller.signal);
    const third = read(extractor, Buffer.from('third'), 'text/plain');
    controller.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    expect([(await first).pages[0]?.text, (await third).pages[0]?.text]).toEqual(['first', 'third']);
  });

  it('uses one worker again and again, and answers many at once', async () => {
    const extractor = extractorWith({ workers: 2 });
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, n) => read(extractor, Buffer.from(`number ${n}`), 'text/plain')),
    );
    expect(all.map(({ pages }) => pages[0]?.text)).toEqual(all.map((_, n) => `number ${n}`));
  });

  it('gives up what is being read when it is closed', async () => {
    const extractor = extractorWith();
    const file = await fileWith(bomb);
    const [reading] = await Promise.allSettled([extractor.extract(file, never, () => undefined), extractor.close()]);
    expect(reading).toMatchObject({ status: 'rejected', reason: { code: 'SHUTTING_DOWN' } });
  });
});
