import { makePdf } from '../fixtures/pdf.ts';
import { manualPages, manualQuestions } from '../fixtures/manual.ts';
import type { FileToDrop } from './desk.ts';

/** The manual of thirty pages as a real PDF. */
export const manualFile = async (): Promise<FileToDrop> => ({
  name: 'Ostrava R12 manual.pdf',
  mimeType: 'application/pdf',
  buffer: await makePdf({ pages: manualPages }),
});

export const [burner, lever] = manualQuestions as [Question, Question, ...Question[]];
export type Question = (typeof manualQuestions)[number];
