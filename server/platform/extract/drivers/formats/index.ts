import type { Extraction, ExtractionProgress } from '../../driver.ts';

export type FormatReader = (bytes: Uint8Array, progress: ExtractionProgress) => Promise<Extraction>;

const office = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

const docx = async (): Promise<FormatReader> => (await import('./docx.ts')).readDocx;
const pptx = async (): Promise<FormatReader> => (await import('./pptx.ts')).readPptx;
const xlsx = async (): Promise<FormatReader> => (await import('./xlsx.ts')).readXlsx;
const odf = async (): Promise<FormatReader> => (await import('./odf.ts')).readOdf;
const picture = async (): Promise<FormatReader> => (await import('./picture.ts')).readPicture;

/** What reads each kind of file that is not plain text. Loaded when the first of its kind comes: some are large. */
export const formats: Readonly<Record<string, () => Promise<FormatReader>>> = {
  'application/pdf': async () => (await import('../pdf.ts')).readPdf,
  [`${office}.wordprocessingml.document`]: docx,
  [`${office}.wordprocessingml.template`]: docx,
  'application/vnd.ms-word.document.macroenabled.12': docx,
  [`${office}.presentationml.presentation`]: pptx,
  [`${office}.presentationml.slideshow`]: pptx,
  'application/vnd.ms-powerpoint.presentation.macroenabled.12': pptx,
  [`${office}.spreadsheetml.sheet`]: xlsx,
  'application/vnd.ms-excel.sheet.macroenabled.12': xlsx,
  [`${openDocument}.text`]: odf,
  [`${openDocument}.spreadsheet`]: odf,
  [`${openDocument}.presentation`]: odf,
  'application/epub+zip': async () => (await import('./epub.ts')).readEpub,
  'text/html': async () => (await import('./html-file.ts')).readHtmlFile,
  'message/rfc822': async () => (await import('./mail.ts')).readMail,
  'image/png': picture,
  'image/jpeg': picture,
  'image/webp': picture,
  'image/gif': picture,
  'image/bmp': picture,
};
