import { readFile } from 'node:fs/promises';
import { strToU8, zipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import type { Extraction } from '../../driver.ts';
import { formats } from './index.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const odt = 'application/vnd.oasis.opendocument.text';

const fixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../../../../test/fixtures/office/${name}`, import.meta.url));

async function read(contentType: string, bytes: Uint8Array): Promise<Extraction> {
  const load = formats[contentType];
  if (!load) throw new Error(`Nothing reads ${contentType}.`);
  return (await load())(new Uint8Array(bytes), () => undefined);
}
const textOf = async (contentType: string, bytes: Uint8Array): Promise<string> =>
  (await read(contentType, bytes)).pages.map(({ text }) => text).join('\n\f\n');

const zipped = (parts: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
const word = (body: string): Uint8Array =>
  zipped({ 'word/document.xml': `<w:document xmlns:w="x"><w:body>${body}</w:body></w:document>` });

const manual = [
  '# Boiler manual',
  'The boiler heats the water for the taps and for the radiators.',
  '## Safety',
  'Never open the lid while it is hot. Größe und Gewicht stehen auf dem Schild.',
  '- Close the valve\n- Wait ten minutes\n  - in winter, twenty',
  'Part\tNumber\nDoor seal\tR12-4470\nBelt\tR12-3318',
  '## Maintenance',
  'The pressure should stand between one and two bar.',
].join('\n\n');

describe('files as office programs write them', () => {
  it.each([
    ['manual.docx', docx],
    ['manual.odt', odt],
  ])('%s: headings, lists and tables', async (name, type) => {
    expect(await read(type, await fixture(name))).toEqual({ pages: [{ page: null, text: manual }], page_count: null });
  });

  it.each([
    ['prices.xlsx', xlsx],
    ['prices.ods', 'application/vnd.oasis.opendocument.spreadsheet'],
  ])('%s: sheets, dates and figures', async (name, type) => {
    const rows = 'Date\tItem\tPrice\n2026-01-31\tDoor seal\t12.5\n2026-02-28\tBelt\t8.25';
    expect(await textOf(type, await fixture(name))).toBe(`# sheet\n\n${rows}`);
  });

  it('reads a presentation slide by slide, with its notes', async () => {
    const type = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
    const { pages, page_count } = await read(type, await fixture('winter.pptx'));
    expect(page_count).toBe(2);
    expect(pages.map(({ page }) => page)).toEqual([1, 2]);
    expect(pages[0]?.text).toMatch(/Boilers in winter[^]*Bleed the radiators[^]*Mention the frost/);
    expect(pages[1]?.text).toContain('A visit costs 90 euros.');
  });

  it('reads an OpenDocument presentation slide by slide', async () => {
    const { pages } = await read('application/vnd.oasis.opendocument.presentation', await fixture('winter.odp'));
    expect(pages.map(({ text }) => text)).toEqual([
      expect.stringContaining('- Check the pressure\n- Bleed the radiators'),
      expect.stringContaining('A visit costs 90 euros.'),
    ]);
  });

  it('reads a book chapter by chapter', async () => {
    const text = await textOf('application/epub+zip', await fixture('manual.epub'));
    expect(text.startsWith('# Boiler manual')).toBe(true);
    expect(text).toContain('Part\tNumber\nDoor seal\tR12-4470');
  });

  it('reads words in a picture, in both of its languages', async () => {
    const { pages, pages_from_pictures } = await read('image/jpeg', await fixture('scan.jpg'));
    expect(pages_from_pictures).toBe(1);
    expect(pages[0]?.text).toMatch(/Never open the lid while it is hot\.[^]*Die Größe[^]*2026-4471/);
  });

  it('reads the scanned pages of a PDF, and leaves empty ones empty', async () => {
    const document = await PDFDocument.create();
    const image = await document.embedJpg(await fixture('scan.jpg'));
    document.addPage([900, 320]).drawImage(image, { x: 0, y: 0, width: 900, height: 320 });
    document.addPage([900, 320]);
    const { pages, pages_from_pictures } = await read('application/pdf', await document.save());
    expect(pages_from_pictures).toBe(1);
    expect(pages[0]).toMatchObject({ page: 1, text: expect.stringContaining('Never open the lid while it is hot.') });
    expect(pages[1]).toEqual({ page: 2, text: '' });
    const lid = pages[0]?.placed?.find(([text]) => text === 'lid');
    expect(lid?.slice(1).every((side) => Number(side) > 0 && Number(side) < 10_000)).toBe(true);
  });
});

describe('Word', () => {
  it('leaves out what was deleted and says once what is there in two forms', async () => {
    const body = `<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>added</w:t></w:r></w:ins></w:p>
      <w:p><mc:AlternateContent><mc:Choice><w:t>once</w:t></mc:Choice><mc:Fallback><w:t>once</w:t></mc:Fallback></mc:AlternateContent></w:p>`;
    expect(await textOf(docx, word(body))).toBe('Kept added\n\nonce');
  });

  it('keeps a table within a table in its cell', async () => {
    const cell = (inner: string): string => `<w:tc>${inner}</w:tc>`;
    const p = (text: string): string => `<w:p><w:t>${text}</w:t></w:p>`;
    const inner = `<w:tbl><w:tr>${cell(p('a'))}${cell(p('b'))}</w:tr></w:tbl>`;
    const body = `<w:tbl><w:tr>${cell(p('left'))}${cell(`${p('right')}${inner}`)}</w:tr></w:tbl>`;
    expect(await textOf(docx, word(body))).toBe('left\tright a b');
  });
});

describe('workbooks', () => {
  const book = (sheet: string, extra: Record<string, string> = {}): Uint8Array =>
    zipped({
      'xl/workbook.xml': '<workbook><sheets><sheet name="Q1" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': '<R><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/></R>',
      'xl/worksheets/s.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
      ...extra,
    });

  it('puts cells into their columns and shows figures as people do', async () => {
    const row =
      '<row><c r="A1" t="str"><v>Sum</v></c><c r="C1"><v>0.30000000000000004</v></c><c r="D1" t="b"><v>1</v></c></row>';
    expect(await textOf(xlsx, book(row))).toBe('# Q1\n\nSum\t\t0.3\tTRUE');
  });

  it('is not led to make a row of sixteen thousand cells', async () => {
    const row = '<row><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>';
    expect(await textOf(xlsx, book(row))).toBe('# Q1\n\n1');
  });

  it('does not follow relations out of the file', async () => {
    const rels = '<R><Relationship Id="r1" Target="http://127.0.0.1/x" TargetMode="External"/></R>';
    expect(await textOf(xlsx, book('', { 'xl/_rels/workbook.xml.rels': rels }))).toBe('');
  });
});

describe('web pages', () => {
  const html = (source: string): Promise<string> => textOf('text/html', Buffer.from(source));
  const long = 'The boiler heats the water for the taps and for the radiators. '.repeat(5).trim();

  it('reads the main part, not what frames it', async () => {
    const page = `<title>Manual</title><nav><a>Home</a></nav><header>Shop</header><main><h1>Boiler</h1><p>${long}</p></main><footer>© us</footer>`;
    expect(await html(page)).toBe(`# Boiler\n\n${long}`);
  });

  it('heads a page without a heading with its title', async () => {
    expect(await html('<title>Hours &amp; prices</title><p>Open from nine.</p>')).toBe(
      '# Hours & prices\n\nOpen from nine.',
    );
  });

  it('reads everything where everything is frame', async () => {
    expect(await html('<body><nav><a>Only this</a></nav></body>')).toBe('Only this');
  });

  it('takes neither programs nor what is hidden for text', async () => {
    const page =
      '<p>Seen</p><script>alert("a")</script><style>p{}</style><p hidden>b</p><p style="display: none">c</p><template>d</template><svg><title>e</title></svg>';
    expect(await html(page)).toBe('Seen');
  });

  it('keeps lists, tables and code', async () => {
    const page =
      '<ul><li>one<ul><li>two</li></ul></li></ul><table><tr><th>a<th>b<tr><td>1<td>2</table><pre>x =\n  1</pre>';
    expect(await html(page)).toBe('- one\n  - two\n\na\tb\n1\t2\n\n```\nx =\n  1\n```');
  });

  it('gives up on elements without end', async () => {
    await expect(html('<div>'.repeat(50_000))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('mails', () => {
  const mail = (...lines: string[]): Promise<string> => textOf('message/rfc822', Buffer.from(lines.join('\r\n')));

  it('reads who, when, what and the text', async () => {
    expect(
      await mail(
        'From: Ann <ann@example.org>',
        'To: bob@example.org',
        'Subject: =?utf-8?q?Die_Gr=C3=B6=C3=9Fe?=',
        'Content-Type: text/html; charset=utf-8',
        '',
        '<p>Please bring the <b>door seal</b>.</p><script>alert(1)</script>',
      ),
    ).toBe('# Die Größe\n\nFrom: Ann <ann@example.org>\nTo: bob@example.org\n\nPlease bring the door seal.');
  });
});

describe('hostile files', () => {
  const unreadable = { code: 'FILE_UNREADABLE' };

  it('does not unpack a bomb', async () => {
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(80 * 1024 * 1024) }, { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    await expect(read(docx, bomb)).rejects.toMatchObject(unreadable);
  });

  it('expands no entities and reads no other files', async () => {
    const parts = {
      'word/document.xml':
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "boom">]><w:document><w:p><w:t>&a;&b;safe</w:t></w:p></w:document>',
    };
    const text = await textOf(docx, zipped(parts));
    expect(text).toContain('safe');
    expect(text).not.toMatch(/root:|boom/);
  });

  it('gives up on elements without end', async () => {
    await expect(read(docx, word('<w:p>'.repeat(10_000)))).rejects.toMatchObject(unreadable);
  });

  it('does not open a picture that claims to be as large as a house', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await expect(read('image/png', png)).rejects.toMatchObject(unreadable);
  });

  it.each([
    ['cut off', async () => (await fixture('manual.docx')).subarray(0, 3_000)],
    ['not an archive', () => Promise.resolve(Buffer.from('PK\x03\x04 nothing'))],
    ['without its main part', () => Promise.resolve(Buffer.from(zipped({ 'a.xml': '<a/>' })))],
    ['with a path out of the archive', () => Promise.resolve(Buffer.from(zipped({ '../../etc/x': 'x' })))],
  ])('a document %s is an error, not a crash', async (_, bytes) => {
    await expect(read(docx, await bytes())).rejects.toThrow();
  });

  it('says that an encrypted document is one', async () => {
    const parts = { 'content.xml': 'x', 'META-INF/manifest.xml': '<m><manifest:encryption-data/></m>' };
    await expect(read(odt, zipped(parts))).rejects.toMatchObject({ code: 'FILE_ENCRYPTED' });
  });

  it('says that a book is locked', async () => {
    const parts = { 'META-INF/encryption.xml': '<e><CipherReference URI="OEBPS/one.xhtml"/></e>' };
    await expect(read('application/epub+zip', zipped(parts))).rejects.toMatchObject({ code: 'FILE_ENCRYPTED' });
  });
});
