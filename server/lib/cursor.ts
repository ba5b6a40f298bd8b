import { invalidField } from './errors.ts';

/** Where a keyset page ended: the value that the list is sorted by, and the id that parts equals. */
export type Cursor = readonly [at: number, id: string];

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An opaque token for `next_cursor`: base64url, some 80 characters. */
export const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** What `encodeCursor` was given. Anything that did not come from it is VALIDATION_FAILED for the field `cursor`. */
export function decodeCursor(token: string): Cursor {
  const [at, id, ...more] = parse(token);
  const valid =
    typeof at === 'number' && Number.isSafeInteger(at) && typeof id === 'string' && uuid.test(id) && more.length === 0;
  if (!valid) throw invalidField('cursor', 'This is not a cursor that was given out here. Begin again without one.');
  return [at, id];
}

function parse(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) ? (value as unknown[]) : [];
  } catch {
    return [];
  }
}
