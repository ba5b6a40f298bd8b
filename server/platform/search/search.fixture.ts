import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';
import { newId } from '../../lib/ids.ts';

/** A user with files that hold nothing yet. */
export async function seedUser(
  db: Kysely<DB>,
  filenames: readonly string[],
): Promise<{ userId: string; files: { id: string; user_id: string }[] }> {
  const userId = newId();
  await db
    .insertInto('users')
    .values({
      id: userId,
      email: `${userId}@example.com`,
      username: null,
      username_key: null,
      name: 'Reader',
      role: 'user',
      is_active: 1,
      password_hash: null,
      email_verified: 0,
      created_at: 0,
      updated_at: 0,
      last_active_at: null,
    })
    .execute();
  const files = filenames.map((filename) => ({ id: newId(), user_id: userId, filename }));
  for (const file of files) {
    await db
      .insertInto('files')
      .values({
        ...file,
        content_type: 'text/plain',
        size: 1,
        sha256: '0'.repeat(64),
        storage_key: file.id,
        status: 'ready',
        status_detail: null,
        page_count: null,
        created_at: 0,
        updated_at: 0,
      })
      .execute();
  }
  return { userId, files: files.map(({ id, user_id }) => ({ id, user_id })) };
}
