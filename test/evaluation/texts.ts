import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Question = {
  /** `verse`: the same verse in another translation. `hand`: written by a person who knew the book. */
  kind: 'verse' | 'hand';
  /** Title of the text that answers. */
  file: string;
  /** A passage of that text answers where it has these words. */
  quote: string;
  question: string;
};

const folder = import.meta.dirname;

/** Every question with the text that answers it: see README.md. */
export const questions = JSON.parse(readFileSync(join(folder, 'questions.json'), 'utf8')) as Question[];

/** The whole text of this title. */
export function textOf(title: string): string {
  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return gunzipSync(readFileSync(join(folder, 'texts', `${name}.txt.gz`))).toString();
}

/** Line breaks are where the file has them; a quote knows none. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
