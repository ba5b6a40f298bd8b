import { grantedApps, type BuiltInApp } from '../../../shared/apps.ts';
import * as schema from '../../../shared/api/apps.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';

const builtIn: Record<string, Pick<schema.App, 'name' | 'path'>> = {
  chat: { name: 'Chat', path: '/' },
  documents: { name: 'Documents', path: '/files' },
} satisfies Record<BuiltInApp, unknown>;

export const appRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/api/apps',
    access: member('chat'),
    summary: 'The apps that I may open',
    reply: schema.apps,
    handle: ({ actor }) => {
      const keys = new Set(grantedApps(actor));
      const items = Object.entries(builtIn)
        .filter(([key]) => keys.has(key))
        .map(([key, app]) => ({ key, ...app, kind: 'builtin' as const }));
      return Promise.resolve({ items, next_cursor: null });
    },
  }),
];
