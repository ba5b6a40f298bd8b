import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';
import { seedUser } from './search.fixture.ts';
import { termIndexContract } from './contract.ts';
import { createTermIndex } from './create.ts';

describeEachDatabase('term index', (database, engine) => {
  termIndexContract({
    async open() {
      const { db } = database();
      const mine = await seedUser(db, ['a.pdf', 'b.pdf']);
      const theirs = await seedUser(db, ['c.pdf']);
      const [a, b] = mine.files;
      const [c] = theirs.files;
      if (!a || !b || !c) throw new Error('files are missing');
      return {
        index: createTermIndex(db, engine),
        seeded: { userId: mine.userId, otherUserId: theirs.userId, files: [a.id, b.id], otherFile: c.id },
        passageId: newId,
        removeFileRow: async (fileId) => void (await db.deleteFrom('files').where('id', '=', fileId).execute()),
      };
    },
  });
});

describe('the SQLite index', () => {
  it('still points at its rows after VACUUM has moved them', async () => {
    const { db, engine, close } = await createTestDatabase('sqlite');
    const { userId, files } = await seedUser(db, ['a.pdf', 'b.pdf']);
    const index = createTermIndex(db, engine);
    for (const { id } of files)
      await index.add(
        Array.from({ length: 20 }, (_, at) => ({
          passage_id: newId(),
          file_id: id,
          user_id: userId,
          terms: [`tk${at}`],
        })),
      );
    await index.removeFile(files[0]?.id ?? '');
    await sql`vacuum`.execute(db);
    const found = await index.match({
      scope: { userId },
      clauses: [{ all: [['tk7']], weight: 1 }],
      limit: 10,
      depth: 10,
    });
    expect(found.map(({ file_id, terms }) => [file_id, terms])).toEqual([[files[1]?.id, 'tk7']]);
    await sql`insert into passage_index (passage_index, rank) values ('integrity-check', 1)`.execute(db);
    await close();
  });
});
