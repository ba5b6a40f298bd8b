import type { FastifyRequest } from 'fastify';
import { idParams, page as pageOf } from '../../../shared/api/common.ts';
import { file, filePassages, filePassagesQuery, filesQuery } from '../../../shared/api/files.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { AppError } from '../../lib/errors.ts';
import type { FileService } from './service.ts';
import type { UploadPart } from './upload.ts';

export const fileRoutes = (files: FileService): Route[] => [
  route({
    method: 'GET',
    url: '/api/files',
    access: member('files'),
    summary: 'One’s own files, newest first',
    query: filesQuery,
    reply: pageOf(file),
    handle: ({ actor, query }) => files.list(actor, query),
  }),
  route({
    method: 'POST',
    url: '/api/files',
    access: member('files', 'files.upload'),
    summary: 'Upload a file in the form field “file”; it is read in the background',
    accepts: 'multipart',
    reply: file,
    status: 201,
    async handle({ actor, request, reply }) {
      try {
        await files.checkLength(actor, Number(request.headers['content-length'] ?? 0));
        return await files.upload(actor, partsOf(request));
      } catch (error) {
        // Clients read an early answer only when they can go on sending: what is left is taken and dropped.
        reply.raw.once('finish', () => request.raw.resume());
        throw error;
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/files/:id',
    access: member('files'),
    // Asked again and again while a file is read.
    limit: { cost: 0.1 },
    summary: 'A file and how far its reading is',
    params: idParams,
    reply: file,
    handle: ({ actor, params }) => files.get(actor, params.id),
  }),
  route({
    method: 'DELETE',
    url: '/api/files/:id',
    access: member('files'),
    summary: 'Delete a file and all that was read from it',
    params: idParams,
    handle: ({ actor, params }) => files.remove(actor, params.id),
  }),
  route({
    method: 'GET',
    url: '/api/files/:id/passages',
    access: member('files'),
    summary: 'What was read from a file, in order',
    params: idParams,
    query: filePassagesQuery,
    reply: filePassages,
    handle: async ({ actor, params, query }) => ({ items: await files.passages(actor, params.id, query) }),
  }),
];

async function* partsOf(request: FastifyRequest): AsyncGenerator<UploadPart> {
  try {
    // Its own limit would cut a file short without an error; the object store counts.
    for await (const part of request.parts({ limits: { files: 2, fileSize: Infinity } })) {
      yield part.type === 'file'
        ? { field: part.fieldname, filename: unescaped(part.filename), stream: part.file }
        : { field: part.fieldname };
    }
  } catch (error) {
    if (error instanceof AppError || (error as { statusCode?: number }).statusCode === 406) throw error;
    throw new AppError('VALIDATION_FAILED', {
      message: 'The form could not be read to its end. Try again.',
      cause: error,
    });
  }
}

/** Browsers write these three as percent codes in the names of a form, and no others (HTML Standard, multipart/form-data). */
const unescaped = (name: string): string => name.replace(/%22/g, '"').replace(/%0[ad]/gi, ' ');
