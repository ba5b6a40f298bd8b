import { Readable } from 'node:stream';
import { EXPORT_LIST_FORMAT, exportQuery, importBody, importReply } from '../../../shared/api/chat-transfer.ts';
import { idParams } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import { toMarkdown } from './markdown.ts';
import type { ChatTransfer } from './service.ts';

/** A file of many years. */
const IMPORT_BYTES = 50 * 1024 * 1024;

const access = member('chat');
const types = { json: 'application/json; charset=utf-8', md: 'text/markdown; charset=utf-8' };
/** The title is the person's; a header takes ASCII. */
const attachment = (title: string, format: 'json' | 'md'): string =>
  `attachment; filename="conversation.${format}"; filename*=UTF-8''${encodeURIComponent(`${title.toWellFormed()}.${format}`).replaceAll(/['()*]/g, '_')}`;

export const chatTransferRoutes = ({ transfer, policy }: { transfer: ChatTransfer; policy: ChatPolicy }): Route[] => [
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
    summary: 'Take conversations from an export of Carrel, ChatGPT or Open WebUI',
    body: importBody,
    bodyLimit: IMPORT_BYTES,
    reply: importReply,
    handle: ({ actor, body }) => transfer.importFile(actor, body),
  }),
];
