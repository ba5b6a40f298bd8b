import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../lib/errors.ts';
import type { Extraction, TextExtractor } from '../../platform/extract/driver.ts';
import type { TranscribeRequest, Transcript } from '../../platform/llm/driver.ts';

/** Writes down what is said in a recording. */
export type Transcribe = (recording: Omit<TranscribeRequest, 'model'>, signal: AbortSignal) => Promise<Transcript>;

/** Sound by its sniffed type, with the ending by which servers of speech tell kinds apart. */
const endings: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/ogg': 'ogg',
  'audio/ogg; codecs=opus': 'ogg',
  'audio/opus': 'ogg',
  'audio/flac': 'flac',
  'audio/x-flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/aac': 'aac',
  'audio/webm': 'webm',
};

/** Sound by its sniffed type. */
export const soundKinds: ReadonlySet<string> = new Set(Object.keys(endings));

/** The recording is sent in one piece, and so held in memory. */
const mostBytes = 200 * 1024 * 1024;
const secondsTogether = 60;

/** The extractor, which also takes recordings: what is said in them is written down by a server of speech. */
export function withRecordings(extractor: TextExtractor, transcribe: Transcribe | null): TextExtractor {
  if (!transcribe) return extractor;
  return {
    ...extractor,
    contentTypes: new Set([...extractor.contentTypes, ...Object.keys(endings)]),
    async extract(file, signal, progress) {
      const ending = endings[file.contentType];
      if (!ending) return extractor.extract(file, signal, progress);
      if ((await stat(file.path)).size > mostBytes)
        throw new AppError('FILE_UNREADABLE', { message: 'The recording is too long. Split it and upload the parts.' });
      const bytes = await readFile(file.path, { signal });
      const recording = { bytes, filename: `recording.${ending}`, type: file.contentType };
      return written(await transcribe({ file: recording, format: 'verbose_json' }, signal));
    },
  };
}

type Segment = { start: number; text: string };

/** With the time at the head of each minute, where the server tells it. */
function written({ text, body }: Transcript): Extraction {
  const minutes = Map.groupBy(segmentsIn(body), ({ start }) => Math.floor(start / secondsTogether));
  const timed = [...minutes].map(
    ([minute, said]) => `${clockOf(minute)} ${said.map((segment) => segment.text.trim()).join(' ')}`,
  );
  return { pages: [{ page: null, text: timed.length > 0 ? timed.join('\n\n') : text.trim() }], page_count: null };
}

function segmentsIn(body: string): Segment[] {
  const { segments } = JSON.parse(body) as { segments?: unknown };
  if (!Array.isArray(segments)) return [];
  const told = segments as Partial<Segment>[];
  const whole = told.every(({ start, text }) => typeof start === 'number' && typeof text === 'string');
  return whole ? (told as Segment[]) : [];
}

const clockOf = (minute: number): string => `[${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:00]`;
