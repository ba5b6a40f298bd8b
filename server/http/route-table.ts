import type { Access } from '../http-kit/access.ts';
import type { RouteLimit } from '../http-kit/rate-limit.ts';
import type { RegisteredRoute } from './require-access.ts';

const BEGIN = '<!-- routes: begin -->';
const END = '<!-- routes: end -->';

const head = ['route', 'who', 'scope', 'permission', 'counted'];

const whoOf = ({ who }: Access): string => who.replace('-', ' ');
const scopeOf = (access: Access): string => {
  const scope = 'scope' in access ? access.scope : undefined;
  return scope === undefined || scope === 'any' ? (scope ?? '') : `\`${scope}\``;
};
const permissionOf = (access: Access): string => ('permission' in access ? `\`${String(access.permission)}\`` : '');

function countedAs(limit: RouteLimit): string {
  if (limit === 'none') return 'no';
  if (typeof limit === 'string') return limit;
  return 'name' in limit ? `${limit.name}, ${limit.perMinute} a minute` : `general, as ${limit.cost}`;
}

const cells = ({ method, url, access, limit }: RegisteredRoute): string[] => [
  `\`${method} ${url.replace(/:(\w+)/g, '{$1}')}\``,
  whoOf(access),
  scopeOf(access),
  permissionOf(access),
  countedAs(limit),
];

/** The routes of the API as a Markdown table, padded as Prettier does it. */
function routeTable(routes: readonly RegisteredRoute[]): string {
  const shown = routes
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => (a.url === b.url ? order(a.method, b.method) : order(a.url, b.url)));
  const rows = [head, ...shown.map(cells)];
  const widths = head.map((_, at) => Math.max(3, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[], fill = ' '): string =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [first = head, ...rest] = rows;
  return [line(first), line([], '-'), ...rest.map((row) => line(row))].join('\n');
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A document with the table between its marks renewed. Throws where the marks are missing. */
export function withRouteTable(document: string, routes: readonly RegisteredRoute[]): string {
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`The document has no ${BEGIN} … ${END}.`);
  return `${document.slice(0, before + BEGIN.length)}\n\n${routeTable(routes)}\n\n${document.slice(after)}`;
}
