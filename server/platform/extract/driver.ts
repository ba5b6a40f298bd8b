/** Text where a page shows it: from the left, from the top, width and height, all in ten-thousandths of the page. */
export type PlacedText = readonly [text: string, x: number, y: number, width: number, height: number];

export type ExtractedPage = {
  /** 1-based; null where the format has no pages. */
  page: number | null;
  text: string;
  /** The same words in the same order, line by line or word by word; absent where nothing says where they stand. */
  placed?: PlacedText[];
};

/** Pages that could not be read are missing from `pages`; pages without text are there with an empty one. */
export type Extraction = {
  pages: ExtractedPage[];
  page_count: number | null;
  /** Pages whose text was read from their picture (OCR), so that words may be wrong. */
  pages_from_pictures?: number;
};

/**
 * Why a file could not be read that may well be sound: time or memory ran out, the worker died, or a part of the program is
 * missing. The cause of a FILE_UNREADABLE; where it is not, the file itself is broken.
 */
export class NotTheFile extends Error {
  override readonly name = 'NotTheFile';
}

/** How far the reading is: `done` of `total` pages, both 1-based and whole. */
export type ExtractionProgress = (done: number, total: number) => void;

/**
 * Text out of files, off the main thread and within limits of memory and time. Rejects with FILE_ENCRYPTED,
 * FILE_UNREADABLE (broken, or beyond the limits: NotTheFile) or UNSUPPORTED_FILE_TYPE; with the signal's reason when it is aborted.
 */
export interface TextExtractor {
  /** Sniffed content types that can be read. */
  readonly contentTypes: ReadonlySet<string>;
  extract(
    file: { path: string; contentType: string },
    signal: AbortSignal,
    progress: ExtractionProgress,
  ): Promise<Extraction>;
  /**
   * A picture, or the first page of a PDF, drawn anew as a JPEG on white, turned as the camera says, no side longer than `side` pixels; nothing of what
   * the file said beside the picture is in it. The same limits and errors.
   */
  picture(file: { path: string; contentType: string; side: number }, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}
