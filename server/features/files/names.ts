const longest = 255;

/**
 * A file's name as people see it: the last part of a path, without control characters and marks that turn the reading
 * direction (they make `cod.exe` look like `exe.doc`), at most 255 characters with its ending kept. It never touches a disk.
 */
export function cleanFilename(given: string | undefined): string {
  const name = (given ?? '')
    .toWellFormed()
    .normalize('NFC')
    .replace(/^.*[/\\]/s, '')
    // oxlint-disable-next-line no-control-regex -- they are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (name === '' || name === '.' || name === '..') return 'unnamed';
  if (name.length <= longest) return name;
  const ending = /\.[^.\s]{1,20}$/.exec(name)?.[0] ?? '';
  // A pair of surrogates that the cut would part goes as a whole.
  return name.slice(0, longest - ending.length).replace(/[\ud800-\udbff]$/, '') + ending;
}

/** `Content-Disposition` that saves under the human name (RFC 6266, with RFC 8187 for what is not ASCII). */
export function attachment(filename: string): string {
  const ascii = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
