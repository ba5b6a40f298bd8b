import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  EXPORT_LIST_FORMAT,
  exportQuery,
  importBody,
  importReply,
  type ImportEvent,
  type ImportItem,
  type ImportReply,
} from '../../../shared/api/chat-transfer.ts';
import { idParams } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import { whenClosed } from '../../http-kit/outflow.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { openEventStream, type EventStream } from '../../http-kit/sse.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import { toMarkdown } from './markdown.ts';
import { jsonExport, MAX_BYTES, type ImportSource } from './read-file.ts';
import { receiveZip, tooLarge } from './receive.ts';
import type { ChatTransfer } from './service.ts';

/** Where ZIPs that come in lie while they are read, and how large they may be. */
type Zips = { tempDir: string; maxBytes: number };
type OnItem = (item: ImportItem, progress: number) => Promise<void>;

const access = member('chat');
const types = { json: 'application/json; charset=utf-8', md: 'text/markdown; charset=utf-8' };
/** The title is the person's; a header takes ASCII. */
const attachment = (title: string, format: 'json' | 'md'): string =>
  `attachment; filename="conversation.${format}"; filename*=UTF-8''${encodeURIComponent(`${title.toWellFormed()}.${format}`).replaceAll(/['()*]/g, '_')}`;

type Deps = { transfer: ChatTransfer; policy: ChatPolicy; zip: Zips };

export const chatTransferRoutes = ({ transfer, policy, zip }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/conversations/:id/export',
    access,
    summary: 'A conversation as a file: JSON that can be imported, or Markdown for reading',
    params: idParams,
    query: exportQuery,
    reply: 'raw',
    handle: async ({ actor, params, query: { format }, reply }) => {
      const conversation = await policy.conversation(actor, params.id);
      const file = await transfer.exportOne(conversation);
      return reply
        .type(types[format])
        .header('content-disposition', attachment(file.title, format))
        .send(format === 'json' ? JSON.stringify(file) : toMarkdown(file));
    },
  }),
  route({
    method: 'GET',
    url: '/api/conversations/export',
    access,
    limit: { cost: 10 },
    summary: 'All of one’s conversations as one file',
    query: exportQuery,
    reply: 'raw',
    handle: ({ actor, query: { format }, reply }) => {
      async function* pieces(): AsyncGenerator<string> {
        if (format === 'json') yield `{"format":"${EXPORT_LIST_FORMAT}","version":1,"conversations":[`;
        let first = true;
        for await (const file of transfer.exportAll(actor)) {
          if (!first) yield format === 'json' ? ',\n' : '\n---\n\n';
          first = false;
          yield format === 'json' ? JSON.stringify(file) : toMarkdown(file);
        }
        if (format === 'json') yield ']}';
      }
      return reply
        .type(types[format])
        .header('content-disposition', attachment('conversations', format))
        .send(Readable.from(pieces()));
    },
  }),
  route({
    method: 'POST',
    url: '/api/conversations/import',
    access,
    limit: { cost: 10 },
    summary: 'Take conversations from an export of Carrel, ChatGPT, Claude or Open WebUI: JSON, or a ZIP as it came',
    accepts: 'json+zip',
    body: importBody,
    bodyLimit: MAX_BYTES,
    reply: importReply,
    async handle({ actor, body, request, reply }) {
      const source = isZip(request) ? await receive(request, reply, zip) : jsonExport(body);
      try {
        if (!/^text\/event-stream\b/i.test(request.headers.accept ?? ''))
          return await transfer.importFrom(actor, source);
        return await tell(request, reply, (told) => transfer.importFrom(actor, source, told));
      } finally {
        await source.close();
      }
    },
  }),
];

const isZip = ({ headers }: FastifyRequest): boolean => /^application\/zip\b/i.test(headers['content-type'] ?? '');

async function receive(request: FastifyRequest, reply: FastifyReply, limits: Zips): Promise<ImportSource> {
  try {
    if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes);
    return await receiveZip(request.raw, limits);
  } catch (error) {
    // Clients read an early answer only when they can go on sending: what is left is taken and dropped.
    reply.raw.once('finish', () => request.raw.resume());
    throw error;
  }
}

/**
 * Each conversation as it is settled, and the sums at the end. A client that leaves ends the import after the one it is at.
 * What fails before the first is an ordinary answer; later it is among the sums.
 */
async function tell(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (told: { onItem: OnItem; signal: AbortSignal }) => Promise<ImportReply>,
): Promise<ImportReply> {
  const gone = new AbortController();
  whenClosed(reply.raw, () => gone.abort());
  let stream: EventStream | undefined;
  const write = async ({ event, data }: ImportEvent): Promise<void> => {
    if (gone.signal.aborted) return;
    stream ??= openEventStream(request, reply);
    if (!stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) await stream.drained();
  };
  const report = await work({
    onItem: (item, progress) => write({ event: 'item', data: { ...item, progress } }),
    signal: gone.signal,
  });
  const { items: _told, ...sums } = report;
  await write({ event: 'done', data: sums });
  stream?.end();
  return report;
}
