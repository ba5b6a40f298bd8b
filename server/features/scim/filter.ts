import { ScimError, type ScimType } from './errors.ts';

const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];
export type FilterValue = string | number | boolean | null;

/** A filter of RFC 7644, 3.4.2.2. Paths are in lower case, without the schema's URN; `emails[type eq "x"]` speaks of `emails.type`. */
export type Filter =
  | { op: 'and' | 'or'; left: Filter; right: Filter }
  | { op: 'not'; filter: Filter }
  | { op: 'pr'; path: string }
  | { op: Comparison; path: string; value: FilterValue };

/** What a PATCH operation points at: an attribute, those of its values that fit the filter, and a part of each. */
export type Target = { attribute: string; filter: Filter | null; part: string | null };

const MAX_LENGTH = 2_000;
const MAX_DEPTH = 20;

const core = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i;
/** An attribute's name without its schema, in lower case: names are compared so. */
export const plainName = (path: string): string => path.replace(core, '').toLowerCase();

type Reader = { peek(): string | undefined; next(): string; fail(why: string): ScimError };

function read(text: string, scimType: ScimType): Reader {
  const fail = (why: string): ScimError => new ScimError(400, why, scimType);
  if (text.length > MAX_LENGTH) throw fail(`This is longer than ${MAX_LENGTH} characters.`);
  const tokens: string[] = [];
  const token = /\s*([()[\]]|"(?:[^"\\]|\\.)*"|[^\s()[\]"]+)/gy;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const found = token.exec(text)?.[1];
    if (found === undefined) throw fail('A quotation mark or bracket is missing its partner.');
    tokens.push(found);
  }
  let at = 0;
  return {
    peek: () => tokens[at],
    next() {
      const found = tokens[at];
      if (found === undefined) throw fail('The end came too early.');
      at += 1;
      return found;
    },
    fail,
  };
}

const isWord = (text: string | undefined, word: string): boolean => text?.toLowerCase() === word;

/** or < and < not, brackets first. */
function either(from: Reader, prefix: string, depth: number): Filter {
  if (depth > MAX_DEPTH) throw from.fail('This filter is nested too deeply.');
  let left = both(from, prefix, depth);
  while (isWord(from.peek(), 'or')) {
    from.next();
    left = { op: 'or', left, right: both(from, prefix, depth) };
  }
  return left;
}

function both(from: Reader, prefix: string, depth: number): Filter {
  let left = single(from, prefix, depth);
  while (isWord(from.peek(), 'and')) {
    from.next();
    left = { op: 'and', left, right: single(from, prefix, depth) };
  }
  return left;
}

function inside(from: Reader, prefix: string, depth: number, close: ')' | ']'): Filter {
  const filter = either(from, prefix, depth + 1);
  if (from.next() !== close) throw from.fail(`A ${close} is missing.`);
  return filter;
}

function single(from: Reader, prefix: string, depth: number): Filter {
  const first = from.next();
  if (first === '(') return inside(from, prefix, depth, ')');
  if (isWord(first, 'not') && from.peek() === '(') {
    from.next();
    return { op: 'not', filter: inside(from, prefix, depth, ')') };
  }
  if (!/^[a-z$]/i.test(first)) throw from.fail('The name of an attribute was expected.');
  const path = prefix + plainName(first);
  if (from.peek() === '[') {
    from.next();
    const filter = inside(from, `${path}.`, depth, ']');
    // Entra ID asks for a part of what was chosen, as only paths of PATCH do: emails[type eq "work"].value eq "…".
    if (!from.peek()?.startsWith('.')) return filter;
    return { op: 'and', left: filter, right: compared(from, path + from.next().toLowerCase()) };
  }
  return compared(from, path);
}

function compared(from: Reader, path: string): Filter {
  const word = from.next().toLowerCase();
  if (word === 'pr') return { op: 'pr', path };
  const op = comparisons.find((known) => known === word);
  if (!op) throw from.fail(`There is no operator of that name. Known are ${comparisons.join(', ')} and pr.`);
  return { op, path, value: valueOf(from) };
}

function valueOf(from: Reader): FilterValue {
  const text = from.next();
  try {
    // Azure AD writes True and False.
    const value: unknown = JSON.parse(/^(true|false|null)$/i.test(text) ? text.toLowerCase() : text);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as FilterValue;
  } catch {
    // As below.
  }
  throw from.fail('A value in quotation marks, a number, true or false was expected.');
}

/** Throws a ScimError `invalidFilter`. */
export function parseFilter(text: string): Filter {
  const from = read(text, 'invalidFilter');
  const filter = either(from, '', 0);
  if (from.peek() !== undefined) throw from.fail('After the filter comes something that does not belong to it.');
  return filter;
}

/** The path of a PATCH operation: `name.givenName`, `emails[type eq "work"].value`. Throws a ScimError `invalidPath`. */
export function parseTarget(text: string): Target {
  const from = read(text, 'invalidPath');
  const first = plainName(from.next());
  if (!/^[a-z$]/.test(first)) throw from.fail('A path begins with the name of an attribute.');
  const [attribute = '', ...parts] = first.startsWith('urn:') ? [first] : first.split('.');
  let filter: Filter | null = null;
  let part = parts.length ? parts.join('.') : null;
  if (from.peek() === '[') {
    from.next();
    filter = inside(from, '', 0, ']');
    const rest = from.peek();
    if (rest?.startsWith('.')) part = from.next().slice(1).toLowerCase();
  }
  if (from.peek() !== undefined) throw from.fail('After the path comes something that does not belong to it.');
  return { attribute, filter, part };
}

/** Whether one value of a multi-valued attribute fits. */
export function fits(filter: Filter, value: Readonly<Record<string, unknown>>): boolean {
  switch (filter.op) {
    case 'and':
      return fits(filter.left, value) && fits(filter.right, value);
    case 'or':
      return fits(filter.left, value) || fits(filter.right, value);
    case 'not':
      return !fits(filter.filter, value);
    case 'pr':
      return held(value, filter.path) !== undefined;
    default:
      return compares(filter.op, held(value, filter.path), filter.value);
  }
}

const held = (value: Readonly<Record<string, unknown>>, path: string): unknown =>
  Object.entries(value).find(([name]) => name.toLowerCase() === path)?.[1];

function compares(op: Comparison, found: unknown, wanted: FilterValue): boolean {
  if (typeof found !== 'string' || typeof wanted !== 'string') return (found === wanted) === (op === 'eq');
  const [a, b] = [found.toLowerCase(), wanted.toLowerCase()];
  const answers: Record<Comparison, boolean> = {
    eq: a === b,
    ne: a !== b,
    co: a.includes(b),
    sw: a.startsWith(b),
    ew: a.endsWith(b),
    gt: a > b,
    ge: a >= b,
    lt: a < b,
    le: a <= b,
  };
  return answers[op];
}
