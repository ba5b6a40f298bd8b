import { plural } from './plural.ts';

/** The sources of answers: whether they say what is quoted, and their pages. */
export const sources = {
  doubted: 'The quotation was not found in this source',
  openDoubted: (index: number, title: string) => `Open source ${index}, ${title}: the quotation was not found in it`,
  unproven: (count: number) =>
    `${plural(count, 'A quotation does', 'Quotations do')} not stand in the source that is cited for ${plural(count, 'it', 'them')}`,
  notHere: (quote: string) => `The answer quotes “${quote}”. That does not stand here.`,
  asPage: 'Page',
  asText: 'Text',
  whole: 'Open the whole file',
  document: 'Document',
  pageOf: (page: number, count: number) => `Page ${page} of ${count}`,
  pageBefore: 'Page before',
  pageAfter: 'Page after',
  larger: 'Larger',
  smaller: 'Smaller',
  pageFailed: 'This page cannot be drawn. Download the file to look at it.',
  documentFailed: 'The file could not be opened. Try again, or download it.',
  unplaced: 'Where on this page the passage stands is not known. It is marked in the text.',
  noText: 'No text was found in this file.',
  goneTitle: 'This file is not here',
  goneText: 'It was deleted, or it is not shared with you any more.',
  allFiles: 'All files',
  look: (index: number) => `Look at source ${index}`,
};
