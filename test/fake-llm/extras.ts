import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from './protocol.ts';

const DIMENSIONS = 64;

/** The same text has the same vector, and texts that share words are near each other; its length is 1. */
export function embed(text: string, dimensions = DIMENSIONS): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const at = createHash('sha256').update(word).digest().readUInt32LE(0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const norm = Math.hypot(...vector);
  return norm === 0 ? vector.map((_, at) => (at === 0 ? 1 : 0)) : vector.map((value) => value / norm);
}

export const inputsOf = (body: Body): string[] => {
  const input = body['input'];
  return (Array.isArray(input) ? input : [input]).map(String);
};
export const dimensionsOf = (body: Body): number | undefined =>
  typeof body['dimensions'] === 'number' ? body['dimensions'] : undefined;
export const countWords = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + text.split(/\s+/).filter(Boolean).length, 0);

/** As `POST /v1/embeddings` answers. */
export function openaiEmbeddings(body: Body) {
  const input = inputsOf(body);
  const packed = body['encoding_format'] === 'base64';
  const prompt_tokens = countWords(input);
  return {
    object: 'list',
    data: input.map((text, index) => {
      const vector = embed(text, dimensionsOf(body));
      const embedding = packed ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector;
      return { object: 'embedding', index, embedding };
    }),
    model: body['model'],
    usage: { prompt_tokens, total_tokens: prompt_tokens },
  };
}

/** As `POST /api/embed` answers. */
export const ollamaEmbeddings = (body: Body) => ({
  model: body['model'],
  embeddings: inputsOf(body).map((text) => embed(text, dimensionsOf(body))),
  total_duration: 1_000_000,
  load_duration: 100_000,
  prompt_eval_count: countWords(inputsOf(body)),
});

/** Fields of a form as text; a file as `file`, with its name, type and size. */
export async function readForm(raw: Buffer, headers: IncomingHttpHeaders): Promise<Body> {
  const type = headers['content-type'] ?? '';
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
  const body: Body = {};
  for (const [name, value] of form) {
    body[name] = typeof value === 'string' ? value : { name: value.name, type: value.type, bytes: value.size };
  }
  return body;
}

/** As `POST /v1/audio/transcriptions` answers: the body and its type. It hears what file it got. */
export function transcription(body: Body): { type: string; text: string } {
  const { name, bytes } = body['file'] as { name: string; bytes: number };
  const heard = `Heard ${bytes} bytes of ${name}.`;
  switch (body['response_format']) {
    case 'text':
      return { type: 'text/plain; charset=utf-8', text: `${heard}\n` };
    case 'srt':
      return { type: 'text/plain; charset=utf-8', text: `1\n00:00:00,000 --> 00:00:01,000\n${heard}\n` };
    case 'vtt':
      return { type: 'text/plain; charset=utf-8', text: `WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n${heard}\n` };
    case 'verbose_json':
      return {
        type: 'application/json',
        text: JSON.stringify({ task: 'transcribe', language: 'english', duration: 1, text: heard, segments: [] }),
      };
    default:
      return { type: 'application/json', text: JSON.stringify({ text: heard }) };
  }
}
