import type { Database } from 'better-sqlite3';
import { dot, floatsOf } from '../../lib/floats.ts';

/**
 * What our statements ask of SQLite that it has not: `dot_product(a, b)` of two float32 vectors, null where their lengths differ;
 * and `lower(text)` of all letters, as the other engines have it. Its own knows A to Z alone, so that “Übersicht” was never found.
 */
export function addFunctions(sqlite: Database): void {
  sqlite.function('lower', { deterministic: true }, (text: unknown) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  );
  sqlite.function('dot_product', { deterministic: true }, (a: unknown, b: unknown) =>
    a instanceof Uint8Array && b instanceof Uint8Array && a.byteLength === b.byteLength
      ? dot(floatsOf(a), floatsOf(b))
      : null,
  );
}
