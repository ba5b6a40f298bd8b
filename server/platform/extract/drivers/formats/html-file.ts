import { AppError } from '../../../../lib/errors.ts';
import { decodeText } from '../../plain-text.ts';
import type { Extraction } from '../../driver.ts';
import { readHtml } from './html.ts';

/** A saved web page, its title as the heading where its text has none. */
export async function readHtmlFile(bytes: Uint8Array): Promise<Extraction> {
  const html = decodeText(bytes);
  if (html === null) throw new AppError('FILE_UNREADABLE');
  const { title, text } = readHtml(html);
  const headed = title && !/^# /m.test(text) ? `# ${title}\n\n${text}` : text;
  return { pages: [{ page: null, text: headed.trim() }], page_count: null };
}
