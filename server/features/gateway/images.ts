import { AppError, invalidField } from '../../lib/errors.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { safeFetch } from '../../lib/safe-fetch.ts';
import type { ImageType, LlmPart } from '../../platform/llm/driver.ts';

export type ImagePart = Extract<LlmPart, { type: 'image' }>;
/** An image by its address: `data:` with base64, or http. `path` names the field in errors. Throws VALIDATION_FAILED, URL_BLOCKED, and what fetching throws. */
export type FetchImage = (url: string, path: string, signal: AbortSignal) => Promise<ImagePart>;

/** What providers take, about. */
const MAX_BYTES = 20 * 1024 * 1024;
const dataUrl = /^data:([^;,]+);base64,/i;

/** What images begin with; what a server says of its files is often wrong. */
const signatures: [ImageType, RegExp][] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
];

/** The type of an image by its first bytes. */
export function imageType(bytes: Buffer): ImageType | undefined {
  const head = bytes.subarray(0, 12).toString('latin1');
  return signatures.find(([, begins]) => begins.test(head))?.[0];
}

/** An image that came as base64. Throws VALIDATION_FAILED for what is none of the four types that models see. */
export function imageOf(data: string, path: string): ImagePart {
  const mediaType = imageType(Buffer.from(data.slice(0, 64), 'base64'));
  if (!mediaType) throw invalidField(path, 'This is no PNG, JPEG, WebP or GIF image.');
  return { type: 'image', mediaType, data };
}

/** Reads images that requests name by their address, through the guard: what a person cannot reach through this server, a model cannot show them either. */
export const imageFetcher =
  (guard: OutboundGuard): FetchImage =>
  async (url, path, signal) => {
    const [head] = dataUrl.exec(url.slice(0, 100)) ?? [];
    if (head) return imageOf(url.slice(head.length), path);
    if (!/^https?:/i.test(url)) throw invalidField(path, 'Give the image as an http address or as data:…;base64.');
    const answer = await safeFetch(url, { guard, maxBytes: MAX_BYTES, signal });
    if (answer.status !== 200)
      throw new AppError('VALIDATION_FAILED', {
        message: `The image could not be fetched: its server answered ${answer.status}.`,
        details: { fields: [{ path, message: 'Check the address.' }] },
      });
    return imageOf(answer.body.toString('base64'), path);
  };
