import { AppError } from '../../../../lib/errors.ts';
import type { Extraction, ExtractionProgress } from '../../driver.ts';
import { openArchive, part } from './archive.ts';
import { readHtml } from './html.ts';
import { readXml, resolvePath } from './xml.ts';

/** Books (EPUB 2 and 3): their chapters in the order of the spine. They have no pages of their own. */
export async function readEpub(bytes: Uint8Array, progress: ExtractionProgress): Promise<Extraction> {
  const archive = await openArchive(bytes);
  // Fonts are often scrambled, and that hides no text; chapters are only where a lock is on the book.
  const encryption = (await archive.text('META-INF/encryption.xml')) ?? '';
  if (/URI="[^"]+\.x?html?"/i.test(encryption)) throw new AppError('FILE_ENCRYPTED');
  let root = '';
  readXml(await part(archive, 'META-INF/container.xml'), {
    open(name, attributes) {
      if (name.endsWith('rootfile')) root ||= attributes['full-path'] ?? '';
    },
  });
  const { title, chapters } = readPackage(await part(archive, root), root.split('/').slice(0, -1).join('/'));
  const texts = title ? [`# ${title}`] : [];
  for (const [at, path] of chapters.entries()) {
    const chapter = readHtml((await archive.text(path)) ?? '');
    if (chapter.text) texts.push(chapter.text);
    progress(at + 1, chapters.length);
  }
  return { pages: [{ page: null, text: texts.join('\n\n') }], page_count: null };
}

/** Title and chapters of a package document. */
function readPackage(xml: string, folder: string): { title: string; chapters: string[] } {
  const items = new Map<string, string>();
  const chapters: string[] = [];
  let title = '';
  let inTitle = false;
  readXml(xml, {
    open(name, attributes) {
      const local = name.split(':').at(-1);
      if (local === 'title') inTitle = title === '';
      else if (local === 'item' && /x?html/.test(attributes['media-type'] ?? '') && attributes['properties'] !== 'nav')
        items.set(attributes['id'] ?? '', resolvePath(folder, decodeURI(attributes['href'] ?? '')));
      else if (local === 'itemref' && attributes['linear'] !== 'no') {
        const path = items.get(attributes['idref'] ?? '');
        if (path) chapters.push(path);
      }
    },
    text(piece) {
      if (inTitle) title += piece;
    },
    close(name) {
      if (name.endsWith('title')) inTitle = false;
    },
  });
  return { title: title.replace(/\s+/g, ' ').trim(), chapters };
}
