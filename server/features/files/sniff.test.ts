import { describe, expect, it } from 'vitest';
import { brokenPdf, makePdf } from '../../../test/fixtures/pdf.ts';
import { servedType, sniff, sniffBytes } from './sniff.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const exe = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1'), Buffer.alloc(200)]);
const zip = Buffer.from('504b03040a0000000000', 'hex');

describe('sniff', () => {
  it.each<[string, Buffer, string, string | null]>([
    ['Markdown', Buffer.from('# Title'), 'notes.md', 'text/markdown'],
    ['text', Buffer.from('hello'), 'notes.txt', 'text/plain'],
    ['text without an ending', Buffer.from('hello'), 'README', 'text/plain'],
    ['CSV', Buffer.from('a,b\n1,2'), 'table.CSV', 'text/csv'],
    ['JSON', Buffer.from('{"a":1}'), 'data.json', 'application/json'],
    ['source code', Buffer.from('export const a = 1;'), 'a.ts', 'text/plain'],
    ['UTF-16', Buffer.from('\ufeffhello', 'utf16le'), 'a.txt', 'text/plain'],
    ['windows-1252', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'a.txt', 'text/plain'],
    ['HTML called an image', Buffer.from('<!doctype html><script>alert(1)</script>'), 'cat.png', 'text/plain'],
    ['HTML', Buffer.from('<html><body>x</body></html>'), 'page.html', 'text/html'],
    ['text called HTML', Buffer.from('x < y'), 'page.html', 'text/plain'],
    ['a mail', Buffer.from('From: a@b.org\r\nTo: c@d.org\r\n\r\nHello'), 'hello.eml', 'message/rfc822'],
    ['text called a mail', Buffer.from('Hello'), 'hello.eml', 'text/plain'],
    [
      'SVG',
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      'logo.svg',
      'text/plain',
    ],
    ['a broken PDF', brokenPdf(), 'x.pdf', 'application/pdf'],
    ['a PDF behind other bytes', Buffer.concat([Buffer.from([0, 1, 2, 10]), brokenPdf()]), 'x.pdf', 'application/pdf'],
    ['text about PDFs', Buffer.from('A file begins with\n%PDF-1.7\nas a rule.'), 'x.txt', 'text/plain'],
    ['a picture called text', png, 'notes.txt', 'image/png'],
    ['a program called a PDF', exe, 'manual.pdf', 'application/x-msdownload'],
    ['an archive', zip, 'x.txt', 'application/zip'],
    ['noise', Buffer.from([0, 1, 2, 3, 255, 254, 0, 9]), 'x.txt', null],
  ])('%s', async (_, bytes, name, type) => {
    expect(await sniff(bytes, name)).toBe(type);
  });

  it('knows a PDF whatever it is called', async () => {
    expect(await sniff(await makePdf({ pages: [['x']] }), 'notes.txt')).toBe('application/pdf');
  });

  it('is not misled by a character that the cut parts', async () => {
    const text = Buffer.from(`${'a'.repeat(sniffBytes - 2)}😀`);
    expect(await sniff(text.subarray(0, sniffBytes), 'a.txt')).toBe('text/plain');
  });

  it.each(['text/html', 'message/rfc822', 'image/svg+xml', 'application/xml'])('gives %s out as plain text', (type) => {
    expect(servedType(type)).toBe('text/plain');
  });
});
