import type { TestDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';
import { seedUser } from '../search/search.fixture.ts';

export type SeededFile = { id: string; user_id: string; first_passage: string };

export const seeding = (database: () => TestDatabase) => {
  async function addPassage(file: { id: string; user_id: string }): Promise<SeededFile> {
    const first_passage = newId();
    await database()
      .db.insertInto('passages')
      .values({ id: first_passage, file_id: file.id, user_id: file.user_id, ordinal: 0, page: null, text: 'text' })
      .execute();
    return { ...file, first_passage };
  }
  return {
    addPassage,
    seedUser: async () => (await seedUser(database().db, [])).userId,
    async seedFile(userId: string): Promise<SeededFile> {
      const id = newId();
      await database()
        .db.insertInto('files')
        .values({
          id,
          user_id: userId,
          filename: 'a.txt',
          content_type: 'text/plain',
          size: 1,
          sha256: '0'.repeat(64),
          storage_key: id,
          status: 'ready',
          status_detail: null,
          page_count: null,
          created_at: 0,
          updated_at: 0,
        })
        .execute();
      return addPassage({ id, user_id: userId });
    },
    async seedIndex(): Promise<string> {
      const id = newId();
      const row = { id, model: 'test/embed', state: 'active' as const, error: null, created_at: 0, activated_at: null };
      await database().db.insertInto('embedding_indexes').values(row).execute();
      return id;
    },
    async empty({ id }: SeededFile): Promise<void> {
      await database().db.deleteFrom('passages').where('file_id', '=', id).execute();
    },
    async readAnew({ id, user_id }: SeededFile): Promise<SeededFile> {
      await database().db.deleteFrom('passages').where('file_id', '=', id).execute();
      return addPassage({ id, user_id });
    },
    async removeFile(id: string): Promise<void> {
      await database().db.deleteFrom('files').where('id', '=', id).execute();
    },
  };
};
