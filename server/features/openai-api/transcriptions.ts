import { z } from 'zod';
import { readAs } from '../../http-kit/read-as.ts';
import { invalidField } from '../../lib/errors.ts';
import { transcriptFormats, type TranscribeRequest, type Transcript } from '../../platform/llm/driver.ts';

/** A field or the file of a multipart form, as they come. */
export type FormPart =
  | { type: 'field'; fieldname: string; value: unknown }
  | { type: 'file'; fieldname: string; filename: string; mimetype: string; toBuffer(): Promise<Buffer> };

const fields = z.looseObject({
  model: z.string().min(1).max(300),
  language: z.string().max(20).optional(),
  prompt: z.string().max(5_000).optional(),
  temperature: z.coerce.number().min(0).max(1).optional(),
  response_format: z.enum(transcriptFormats).optional(),
  stream: z.literal('false', 'Transcripts are not streamed here.').optional(),
});

/**
 * Reads the form of a transcription; the file is held in memory, as the provider gets it in one piece. `usual`: the model where
 * the form names none.
 */
export async function readRecording(parts: AsyncIterable<FormPart>, usual?: string) {
  const said: Record<string, unknown> = usual === undefined ? {} : { model: usual };
  let file: TranscribeRequest['file'] | undefined;
  for await (const part of parts) {
    if (part.type === 'field') said[part.fieldname] = part.value;
    else if (part.fieldname === 'file' && !file)
      file = { bytes: await part.toBuffer(), filename: part.filename || 'recording', type: part.mimetype };
    else await part.toBuffer();
  }
  const { model, language, prompt, temperature, response_format: format } = readAs(fields, said);
  if (!file) throw invalidField('file', 'Send the recording in the field “file”.');
  const request = {
    file,
    ...(language && { language }),
    ...(prompt && { prompt }),
    ...(temperature !== undefined && { temperature }),
    ...(format && { format }),
  };
  return { model, request };
}

/** The answer in the form that was asked for. */
export const transcriptReply = ({ text, body, contentType }: Transcript, format = 'json') =>
  format === 'json'
    ? { contentType: 'application/json; charset=utf-8', body: JSON.stringify({ text }) }
    : { contentType, body };
