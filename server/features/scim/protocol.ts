import { createHash } from 'node:crypto';
import type { ScimQuery } from '../../../shared/api/scim.ts';
import { ScimError } from './errors.ts';
import { parseFilter, plainName, type Filter } from './filter.ts';
import type { Resource } from './patch.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** How many of a list are answered at once, at most and by default. */
export const PAGE = { most: 200, usual: 100 };

export type Listing = { filter: Filter | null; startIndex: number; limit: number };

/** Pages begin at 1; what is below counts as 1, and a negative count as 0 (RFC 7644, 3.4.2.4). */
export const listingOf = ({ filter, startIndex = 1, count = PAGE.usual }: ScimQuery): Listing => ({
  filter: filter === undefined || filter.trim() === '' ? null : parseFilter(filter),
  startIndex: Math.max(1, startIndex),
  limit: Math.min(PAGE.most, Math.max(0, count)),
});

export const listOf = (resources: readonly Resource[], total: number, startIndex: number) => ({
  schemas: [LIST],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});

/** Always answered, whatever was asked for. */
const fixed = new Set(['schemas', 'id', 'meta']);

const names = (list: string | undefined): Set<string> =>
  new Set((list ?? '').split(',').flatMap((name) => (name.trim() ? [plainName(name.trim()).split('.')[0] ?? ''] : [])));

/** Which attributes are asked for; whole ones, a part stands for its attribute. */
export function wanted({ attributes, excludedAttributes }: ScimQuery): (name: string) => boolean {
  const [only, out] = [names(attributes), names(excludedAttributes)];
  return (name) => fixed.has(name) || (only.size ? only.has(name.toLowerCase()) : !out.has(name.toLowerCase()));
}

/** A resource as it goes out: what is not there is left out, and `meta` says where it lives and in which version. */
export function shown(
  resource: Resource,
  meta: { resourceType: 'User' | 'Group'; created: string; lastModified: string; location: string },
  isWanted: (name: string) => boolean,
): Resource {
  const all = Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== null && value !== undefined));
  const { lastModified: _at, ...rest } = meta;
  const version = `W/"${createHash('sha256')
    .update(JSON.stringify([all, rest]))
    .digest('base64url')
    .slice(0, 22)}"`;
  return Object.fromEntries(Object.entries({ ...all, meta: { ...meta, version } }).filter(([name]) => isWanted(name)));
}

export const versionOf = (resource: Resource): string => String((resource['meta'] as { version: string }).version);

/** Throws 412 where a client holds another version than there is. */
export function checkVersion(ifMatch: string | undefined, resource: Resource): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const held = ifMatch.split(',').map((one) => one.trim());
  if (!held.includes(versionOf(resource)))
    throw new ScimError(412, 'This was changed meanwhile. Read it again, and then change it.');
}
