import { describe, expect, it } from 'vitest';
import { attachment, cleanFilename } from './names.ts';

describe('cleanFilename', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\anna\\notes.txt', 'notes.txt'],
    ['/', 'unnamed'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    [undefined, 'unnamed'],
    ['a\0b\r\nc\x1b[31m.txt', 'abc[31m.txt'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['\u2066hidden\u2069\u200b.md', 'hidden.md'],
    ['  two \t words .txt ', 'two words .txt'],
    ['Gru\u0308\u00dfe.md', 'Gr\u00fc\u00dfe.md'],
    ['\ud800lone.txt', '\ufffdlone.txt'],
    ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
  ])('%j is %j', (given, name) => {
    expect(cleanFilename(given)).toBe(name);
  });

  it('cuts long names and keeps their ending', () => {
    const name = cleanFilename(`${'😀'.repeat(200)}.pdf`);
    expect(name.length).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^(😀)+\.pdf$/u);
  });
});

describe('attachment', () => {
  it.each([
    ['plain.txt', 'attachment; filename="plain.txt"; filename*=UTF-8\'\'plain.txt'],
    ['a "b".txt', 'attachment; filename="a _b_.txt"; filename*=UTF-8\'\'a%20%22b%22.txt'],
    ["ü'(1)*.pdf", "attachment; filename=\"_'(1)*.pdf\"; filename*=UTF-8''%C3%BC%27%281%29%2A.pdf"],
  ])('saves %j under its name', (name, header) => {
    expect(attachment(name)).toBe(header);
  });
});
