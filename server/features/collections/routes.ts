import {
  collection,
  collectionBody,
  collectionPatch,
  collections as collectionPage,
  collectionShares,
  shareBody,
  source,
  sourceBody,
  sourceRefreshBody,
  sources as sourcePage,
  unshareBody,
} from '../../../shared/api/collections.ts';
import { idParams } from '../../../shared/api/common.ts';
import { passageQuery, searchReply } from '../../../shared/api/passages.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { CollectionService } from './service.ts';
import type { SourceService } from './sources.ts';

type Deps = { collections: CollectionService; sources: SourceService };

const access = member('files');
const one = { url: '/api/collections/:id', params: idParams } as const;
const sourcesOf = { url: '/api/collections/:id/sources', params: idParams } as const;
const sharesOf = { url: '/api/collections/:id/shares', params: idParams } as const;

export const collectionRoutes = ({ collections, sources }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/collections',
    access,
    summary: 'One’s collections and those shared with one, newest first',
    reply: collectionPage,
    handle: ({ actor }) => collections.list(actor),
  }),
  route({
    method: 'POST',
    url: '/api/collections',
    access,
    summary: 'Make a collection',
    body: collectionBody,
    reply: collection,
    status: 201,
    handle: ({ actor, body }) => collections.create(actor, body),
  }),
  route({
    ...one,
    method: 'GET',
    access,
    summary: 'A collection and how far the reading of its sources is',
    reply: collection,
    handle: ({ actor, params }) => collections.get(actor, params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      ...one,
      method,
      access,
      summary: 'Rename or describe a collection',
      body: collectionPatch,
      reply: collection,
      handle: ({ actor, params, body }) => collections.change(actor, params.id, body),
    }),
  ),
  route({
    ...one,
    method: 'DELETE',
    access,
    summary: 'Delete a collection and what was fetched for it; uploaded files stay',
    handle: ({ actor, params }) => collections.remove(actor, params.id),
  }),
  route({
    ...sourcesOf,
    method: 'GET',
    access,
    summary: 'What is in a collection, newest first',
    reply: sourcePage,
    handle: async ({ actor, params }) => ({ items: await sources.list(actor, params.id), next_cursor: null }),
  }),
  route({
    ...sourcesOf,
    method: 'POST',
    access: member('files', 'files.upload'),
    summary: 'Put a file or a web page into a collection; an address that is there is fetched anew',
    body: sourceBody,
    reply: source,
    status: 201,
    handle: ({ actor, params, body }) => sources.add(actor, params.id, body),
  }),
  route({
    ...sourcesOf,
    method: 'PATCH',
    access: member('files', 'files.upload'),
    summary: 'Have a web page of a collection fetched again by itself, daily or weekly, or not any more',
    body: sourceRefreshBody,
    reply: source,
    handle: ({ actor, params, body }) => sources.schedule(actor, params.id, body),
  }),
  route({
    ...sourcesOf,
    method: 'DELETE',
    access,
    summary: 'Take a source out of a collection',
    body: sourceBody,
    handle: ({ actor, params, body }) => sources.remove(actor, params.id, body),
  }),
  route({
    method: 'POST',
    url: '/api/collections/:id/query',
    access,
    summary: 'Find passages in a collection',
    params: idParams,
    body: passageQuery,
    reply: searchReply,
    handle: async ({ actor, params, body }) => ({
      items: await collections.query(actor, params.id, body),
      next_cursor: null,
    }),
  }),
  route({
    ...sharesOf,
    method: 'GET',
    access,
    summary: 'With whom a collection is shared',
    reply: collectionShares,
    handle: async ({ actor, params }) => ({ items: await collections.shares(actor, params.id), next_cursor: null }),
  }),
  route({
    ...sharesOf,
    method: 'PUT',
    access,
    summary: 'Share a collection with a person or a group, to read or to write',
    body: shareBody,
    handle: ({ actor, params, body }) => collections.share(actor, params.id, body),
  }),
  route({
    ...sharesOf,
    method: 'DELETE',
    access,
    summary: 'Take a share back, or leave a collection that is shared with oneself',
    body: unshareBody,
    handle: ({ actor, params, body }) => collections.unshare(actor, params.id, body),
  }),
];
