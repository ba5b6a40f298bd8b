import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { idParams } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import type { Authorized } from '../../http-kit/actor.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { byteRange, type ByteRange } from '../../lib/byte-range.ts';
import { attachment } from './names.ts';
import type { FileRow } from './policy.ts';
import type { FileService } from './service.ts';
import { servedType } from './sniff.ts';
import type { Thumbnails } from './thumbnails.ts';

type Deps = { files: Pick<FileService, 'content'>; thumbnails: Thumbnails };

export const contentRoutes = ({ files, thumbnails }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/files/:id/content',
    access: member('files'),
    // Players and viewers ask for it piece by piece.
    limit: { cost: 0.1 },
    summary: 'Download a file as it was uploaded, or a range of its bytes',
    params: idParams,
    reply: 'raw',
    async handle({ actor, params, request, reply }) {
      const { file: stored, open } = await files.content(actor, params.id);
      return sendFile(stored, open, { request, reply });
    },
  }),
  route({
    method: 'GET',
    url: '/api/files/:id/thumbnail',
    access: member('files'),
    // A list asks for as many as it shows.
    limit: { cost: 0.1 },
    summary: 'What a picture or the first page of a PDF looks like, as a small JPEG',
    params: idParams,
    reply: 'raw',
    async handle({ actor, params, request, reply }) {
      const { file: stored } = await files.content(actor, params.id);
      return sendThumbnail(stored, () => thumbnails.of(stored), { request, reply });
    },
  }),
];

type Exchange = { request: FastifyRequest; reply: FastifyReply };

/** Kept by browsers, and asked for anew each time: whoever may not read it any more sees it no longer. */
const ownCopy = { 'cache-control': 'private, no-cache', 'cross-origin-resource-policy': 'same-origin' };

/** Whether the client has these very bytes, in whatever coding they came (RFC 9110, 13.1.2). */
const isKnown = ({ headers }: FastifyRequest, etag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);

/** A file as it was uploaded, or the stretch of it that is asked for. */
async function sendFile(
  file: Authorized<FileRow>,
  open: (range?: ByteRange) => Promise<Readable>,
  { request, reply }: Exchange,
) {
  const etag = `"${file.sha256}"`;
  // Somebody else's file is shown by nothing here: never in the page's origin, never as what it claims to be.
  reply.headers({
    'content-disposition': attachment(file.filename),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'accept-ranges': 'bytes',
    ...ownCopy,
    etag,
  });
  if (isKnown(request, etag)) return reply.code(304).send();
  const condition = request.headers['if-range'];
  const range = condition === undefined || condition === etag ? byteRange(request.headers.range, file.size) : 'whole';
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${file.size}`).send();
  reply.header('content-type', servedType(file.content_type));
  if (range === 'whole') return reply.header('content-length', file.size).send(await open());
  return reply
    .code(206)
    .headers({
      'content-range': `bytes ${range.start}-${range.end}/${file.size}`,
      'content-length': range.end - range.start + 1,
    })
    .send(await open(range));
}

/** What a file looks like, small. A file never changes, so neither does this. */
async function sendThumbnail(file: Authorized<FileRow>, jpeg: () => Promise<Buffer>, { request, reply }: Exchange) {
  const etag = `"${file.id}.thumbnail"`;
  if (isKnown(request, etag))
    return reply
      .code(304)
      .headers({ ...ownCopy, etag })
      .send();
  const picture = await jpeg();
  return reply.headers({ ...ownCopy, etag, 'content-type': 'image/jpeg' }).send(picture);
}
