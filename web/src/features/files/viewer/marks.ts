import type { Box } from '../../../../../shared/api/citations.ts';

/** What is marked on one page: a passage, and in it the words that matter. */
export type Marks = { page: number; passage: readonly Box[]; words: readonly Box[] };

/** A box as a style of something that lies over its page. */
export const placeOf = ([x, y, width, height]: Box) => ({
  left: `${x / 100}%`,
  top: `${y / 100}%`,
  width: `${width / 100}%`,
  height: `${height / 100}%`,
});

/** How a file is shown: page by page, as the picture that it is, or as what was read from it. */
export const viewOf = (contentType: string): 'pdf' | 'picture' | 'text' => {
  if (contentType === 'application/pdf') return 'pdf';
  return contentType.startsWith('image/') ? 'picture' : 'text';
};
