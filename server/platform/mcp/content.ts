import { z } from 'zod';
import type { McpMedia, McpResult } from './driver.ts';

const resource = z.object({
  uri: z.string().optional(),
  mimeType: z.string().optional(),
  text: z.string().optional(),
  blob: z.string().optional(),
});
const part = z.object({
  type: z.string(),
  text: z.string().optional(),
  data: z.string().optional(),
  mimeType: z.string().optional(),
  uri: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  resource: resource.optional(),
});
const result = z.object({
  content: z.array(z.unknown()).optional(),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

const bytesOf = (base64: string | undefined): string => {
  const size = Math.floor(((base64?.length ?? 0) * 3) / 4);
  return size < 1_000 ? `${size} bytes` : `${Math.round(size / 1_000)} kB`;
};

/** Of one result; more is named and not taken. */
const MAX_MEDIA = 8;

/** Pictures and sounds among the parts, also those that come as a file. */
function mediaIn(parts: readonly unknown[]): McpMedia[] {
  const media: McpMedia[] = [];
  for (const given of parts) {
    const { data } = part.safeParse(given);
    const type = data?.resource?.mimeType ?? data?.mimeType ?? '';
    const base64 = data?.resource?.blob ?? data?.data;
    const kind = data?.type === 'image' || type.startsWith('image/') ? 'picture' : 'sound';
    if (!base64 || (kind === 'sound' && data?.type !== 'audio' && !type.startsWith('audio/'))) continue;
    const bytes = Buffer.from(base64, 'base64');
    if (media.length >= MAX_MEDIA || bytes.length === 0) continue;
    media.push({ kind, bytes });
  }
  return media;
}

/** What a model is told in place of what is no text. */
function textOf(given: unknown): string {
  const { data } = part.safeParse(given);
  if (!data) return '(Something that cannot be read.)';
  switch (data.type) {
    case 'text':
      return data.text ?? '';
    case 'image':
    case 'audio':
      return `(${data.type === 'image' ? 'A picture' : 'A sound'}, ${data.mimeType ?? 'of an unknown type'}, ${bytesOf(data.data)}.)`;
    case 'resource_link':
      return [`${data.name ?? 'A resource'}: ${data.uri ?? ''}`, data.description ?? ''].filter(Boolean).join('\n');
    case 'resource': {
      const { uri = '', text, blob, mimeType } = data.resource ?? {};
      return text === undefined
        ? `(A file, ${mimeType ?? 'of an unknown type'}, ${bytesOf(blob)}: ${uri})`
        : [uri, text].filter(Boolean).join('\n');
    }
    default:
      return `(Something of the kind “${data.type.slice(0, 50)}” that cannot be shown here.)`;
  }
}

/** The result of a call; undefined where it is none. */
export function readResult(given: unknown): McpResult | undefined {
  const { data } = result.safeParse(given);
  if (!data) return undefined;
  const said = (data.content ?? []).map(textOf).filter(Boolean).join('\n\n');
  const structured = data.structuredContent === undefined ? '' : JSON.stringify(data.structuredContent);
  return {
    content: said || structured || '(It said nothing.)',
    isError: data.isError ?? false,
    media: mediaIn(data.content ?? []),
  };
}
