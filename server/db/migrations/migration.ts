import type { Kysely } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import type { Engine } from '../dialect.ts';

/** What a step may look at to write one statement in the engine's dialect. */
export type StepContext = { engine: Engine; t: ColumnTypes };

/**
 * One statement of DDL: MySQL cannot roll DDL back, so each step is recorded by itself and a rerun goes on where it
 * stopped. A step that changes rows must bear being run twice, as it may be killed before it is recorded.
 * Never changed once released.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration sees the schema of its day, not today's
export type Step = (db: Kysely<any>, context: StepContext) => Promise<void>;

export type Migration = { id: string; steps: readonly Step[] };
