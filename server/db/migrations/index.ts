import { foundation } from './0001-foundation.ts';
import type { Migration } from './migration.ts';

/** Every change of the schema, oldest first. Append only. */
export const migrations: readonly Migration[] = [foundation];
