import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { createTestDatabase, describeEachDatabase, type TestDatabase } from '../../test/databases.ts';
import type { Database } from './database.ts';
import { migrate, migrationStatus } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import type { Migration, Step } from './migrations/migration.ts';

const stepCount = migrations.flatMap(({ steps }) => steps).length;

/** The first `count` steps; the last of them fails after it has done its work, like a process that was killed then. */
function firstSteps(count: number, options: { killed?: boolean } = {}): Migration[] {
  let left = count;
  return migrations.map(({ id, steps }) => {
    const taken = steps.slice(0, left);
    left -= taken.length;
    const last = taken.at(-1);
    if (!options.killed || left > 0 || !last) return { id, steps: taken };
    const dying: Step = async (db, context) => {
      await last(db, context);
      throw new Error('killed');
    };
    return { id, steps: [...taken.slice(0, -1), dying] };
  });
}

async function schemaOf({ db }: Database): Promise<unknown> {
  const tables = await db.introspection.getTables();
  return tables.map(({ name, columns }) => ({
    name,
    columns: columns.map((column) => `${column.name} ${column.dataType} ${column.isNullable}`),
  }));
}

it('migrations stand in the order of their numbers', () => {
  const ids = migrations.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
});

describeEachDatabase('migrations', (database, engine) => {
  const made: TestDatabase[] = [];
  const empty = async (): Promise<TestDatabase> => {
    const fresh = await createTestDatabase(engine, { empty: true });
    made.push(fresh);
    return fresh;
  };
  afterEach(async () => {
    await Promise.all(made.splice(0).map((fresh) => fresh.close()));
  });

  it('apply once', async () => {
    const fresh = await empty();
    expect((await migrationStatus(fresh)).every(({ appliedAt }) => appliedAt === undefined)).toBe(true);
    expect(await migrate(fresh)).toEqual({ applied: stepCount });
    expect(await migrate(fresh)).toEqual({ applied: 0 });
    const status = await migrationStatus(fresh);
    expect(status).toHaveLength(stepCount);
    expect(status.every(({ appliedAt }) => appliedAt instanceof Date)).toBe(true);
  });

  it('apply once when several processes start together', async () => {
    const fresh = await empty();
    const results = await Promise.all(
      [fresh, fresh.another(), fresh.another()].map((connection) => migrate(connection)),
    );
    expect(results.reduce((sum, { applied }) => sum + applied, 0)).toBe(stepCount);
  });

  it('go on after a run that was killed at any step', async () => {
    const fresh = await empty();
    for (let count = 1; count <= stepCount; count += 1) {
      await expect(migrate(fresh, firstSteps(count, { killed: true }))).rejects.toThrow('killed');
      expect(await migrate(fresh, firstSteps(count))).toEqual({ applied: 1 });
    }
    expect(await migrate(fresh)).toEqual({ applied: 0 });
    expect(await schemaOf(fresh)).toEqual(await schemaOf(database()));
    // Each step runs twice, and MariaDB commits each.
  }, 600_000);

  it('do not hide a fault behind "exists already"', async () => {
    const fresh = await empty();
    const twice: Step = (db) => db.schema.createTable('twin').addColumn('id', 'integer').execute();
    await expect(migrate(fresh, [{ id: '0001-twins', steps: [twice, twice] }])).rejects.toThrow(/exists/);
  });

  it('refuse data of a newer program, in words', async () => {
    const fresh = await empty();
    await migrate(fresh);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-tomorrow-001', '2099-01-01T00:00:00.000Z')`.execute(
      fresh.db,
    );
    await expect(migrate(fresh)).rejects.toThrow(
      'This data was made by a newer Carrel: it has the change "9999-tomorrow-001"',
    );
  });
});
