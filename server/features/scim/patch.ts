import { ScimError } from './errors.ts';
import { fits, parseTarget, plainName, type Filter, type Target } from './filter.ts';

export type Resource = Record<string, unknown>;
export type Operation = { op: string; path?: string | undefined; value?: unknown };
type Value = Record<string, unknown>;

/** The attributes that there are, by their names in lower case. */
type Shape = Readonly<Record<string, { name: string; kind: 'simple' | 'complex' | 'many'; parts?: readonly string[] }>>;

export const userShape: Shape = {
  username: { name: 'userName', kind: 'simple' },
  externalid: { name: 'externalId', kind: 'simple' },
  displayname: { name: 'displayName', kind: 'simple' },
  active: { name: 'active', kind: 'simple' },
  name: { name: 'name', kind: 'complex', parts: ['formatted', 'givenName', 'familyName'] },
  emails: { name: 'emails', kind: 'many', parts: ['value', 'type', 'primary', 'display'] },
};
export const groupShape: Shape = {
  displayname: { name: 'displayName', kind: 'simple' },
  externalid: { name: 'externalId', kind: 'simple' },
  members: { name: 'members', kind: 'many', parts: ['value', 'display', 'type'] },
};

const isObject = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A resource with the operations of a PATCH done to it (RFC 7644, 3.5.2). Bears what Entra ID and Okta send beside it: `Add` for `add`,
 * dotted names in a value without a path, members to remove in the value. Attributes that are not kept here are passed over.
 */
export function patched(resource: Resource, operations: readonly Operation[], shape: Shape): Resource {
  const result = structuredClone(resource);
  for (const { op, path, value } of operations) {
    const kind = op.toLowerCase();
    if (kind !== 'add' && kind !== 'replace' && kind !== 'remove')
      throw new ScimError(400, 'An operation is one of add, replace and remove.', 'invalidSyntax');
    if (path !== undefined && path !== '') {
      apply(result, kind, parseTarget(path), value, shape);
      continue;
    }
    if (kind === 'remove') throw new ScimError(400, 'Say with "path" what to remove.', 'noTarget');
    if (!isObject(value)) throw new ScimError(400, 'Without "path" the value is an object.', 'invalidSyntax');
    for (const [name, one] of Object.entries(value)) apply(result, kind, parseTarget(name), one, shape);
  }
  return result;
}

type Kind = 'add' | 'replace' | 'remove';

function apply(resource: Resource, kind: Kind, target: Target, value: unknown, shape: Shape): void {
  const attribute = Object.hasOwn(shape, target.attribute) ? shape[target.attribute] : undefined;
  if (!attribute) return;
  const { name, parts = [] } = attribute;
  const part = target.part === null ? null : (parts.find((known) => known.toLowerCase() === target.part) ?? undefined);
  if (part === undefined) return;
  if (attribute.kind === 'simple') {
    if (kind === 'remove') delete resource[name];
    else resource[name] = value;
  } else if (attribute.kind === 'complex') {
    resource[name] = complex(isObject(resource[name]) ? resource[name] : {}, kind, part, value, parts);
  } else {
    const values = Array.isArray(resource[name]) ? (resource[name] as Value[]) : [];
    resource[name] = many(values, kind, { filter: target.filter, part, parts }, value);
  }
}

function complex(old: Value, kind: Kind, part: string | null, value: unknown, parts: readonly string[]): Value {
  if (part !== null) return kind === 'remove' ? without(old, part) : { ...old, [part]: value };
  return kind === 'remove' ? {} : { ...old, ...known(value, parts) };
}

const without = (value: Value, part: string): Value =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== part));

/** The parts that there are, by their own names whatever their case was. */
const known = (value: unknown, parts: readonly string[]): Value =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, one]) => {
          const part = parts.find((each) => each.toLowerCase() === plainName(name));
          return part === undefined ? [] : [[part, one]];
        }),
      )
    : {};

type Within = { filter: Filter | null; part: string | null; parts: readonly string[] };

function many(old: readonly Value[], kind: Kind, { filter, part, parts }: Within, value: unknown): Value[] {
  const given = listOf(value, parts);
  const isMeant = (one: Value): boolean => filter === null || fits(filter, one);
  if (kind === 'remove') {
    if (part !== null) return old.map((one) => (isMeant(one) ? without(one, part) : one));
    const named = new Set(given.map((one) => one['value']));
    return old.filter((one) => !isMeant(one) || (named.size > 0 && !named.has(one['value'])));
  }
  if (filter === null && part === null) return kind === 'replace' ? given : merged(old, given);
  const change: Value = part === null ? (given[0] ?? {}) : { [part]: value };
  if (old.some(isMeant)) return old.map((one) => (isMeant(one) ? { ...one, ...change } : one));
  // Entra ID replaces the work address of people who have none, and means to give them one.
  return [...old, { ...(filter && wishedBy(filter)), ...change }];
}

/** Values are objects; members may come as bare ids. */
const listOf = (value: unknown, parts: readonly string[]): Value[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map((one: unknown) =>
    typeof one === 'string' ? { value: one } : known(one, parts),
  );

function merged(old: readonly Value[], given: readonly Value[]): Value[] {
  const fresh = new Map(given.map((one) => [one['value'], one]));
  const kept = old.filter((one) => !fresh.has(one['value']));
  // A new primary address is the only one.
  const hasPrimary = given.some((one) => one['primary'] === true);
  return [...kept.map((one) => (hasPrimary ? without(one, 'primary') : one)), ...fresh.values()];
}

/** What a filter asks of a value, for making one that fits. */
function wishedBy(filter: Filter): Value {
  if (filter.op === 'and') return { ...wishedBy(filter.left), ...wishedBy(filter.right) };
  return filter.op === 'eq' ? { [filter.path]: filter.value } : {};
}
