import { webFetchBody, webPage, webResults, webSearchBody } from '../../../shared/api/web.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { seconds } from '../../lib/clock.ts';
import type { WebService } from './service.ts';

/** Fetching has its own limit; this is for the reading of what came. */
const longestMs = seconds(60);

export const webRoutes = (web: WebService): Route[] => [
  route({
    method: 'POST',
    url: '/api/web/fetch',
    access: member('files'),
    limit: 'chat',
    summary: 'The readable text of a web page, a document or a video’s captions',
    body: webFetchBody,
    reply: webPage,
    handle: ({ body }) => web.fetch(body.url, AbortSignal.timeout(longestMs)),
  }),
  route({
    method: 'POST',
    url: '/api/web/search',
    access: member('files'),
    limit: 'chat',
    summary: 'Find pages on the web; the words go to the search service of this server',
    body: webSearchBody,
    reply: webResults,
    handle: ({ body }) => web.search(body.q, body.limit),
  }),
];
