import type { Kysely } from 'kysely';
import type { DB } from './schema.ts';

/**
 * A query for the ids of the collections that somebody may read: their own, and those shared with them or with a group of
 * theirs. Every query that lets somebody see what is in a collection holds it, so that the rule stands in one place.
 */
export const readableCollections = (db: Kysely<DB>, userId: string) =>
  db
    .selectFrom('collections')
    .select('collections.id')
    .where((e) =>
      e.or([
        e('collections.user_id', '=', userId),
        e('collections.id', 'in', sharesWith(db, userId).select('collection_shares.collection_id')),
      ]),
    );

/** The shares that reach a person, by name or through a group. */
export const sharesWith = (db: Kysely<DB>, userId: string) =>
  db
    .selectFrom('collection_shares')
    .where((e) =>
      e.or([
        e('collection_shares.user_id', '=', userId),
        e(
          'collection_shares.group_id',
          'in',
          e.selectFrom('group_members').select('group_members.group_id').where('group_members.user_id', '=', userId),
        ),
      ]),
    );

/** A query for the assistants that somebody may use: their own, those offered to everyone, those shared with them or a group of theirs. */
export const usableAssistants = (db: Kysely<DB>, userId: string) =>
  db.selectFrom('assistants').where((e) =>
    e.or([
      e('assistants.user_id', '=', userId),
      e('assistants.everyone', '=', 1),
      e(
        'assistants.id',
        'in',
        db
          .selectFrom('assistant_shares')
          .select('assistant_shares.assistant_id')
          .where((is) =>
            is.or([
              is('assistant_shares.user_id', '=', userId),
              is(
                'assistant_shares.group_id',
                'in',
                is
                  .selectFrom('group_members')
                  .select('group_members.group_id')
                  .where('group_members.user_id', '=', userId),
              ),
            ]),
          ),
      ),
    ]),
  );

/** Whether there is such a person who can work here, or such a group, to share something with. */
export async function subjectExists(
  db: Kysely<DB>,
  { user_id, group_id }: { user_id?: string | undefined; group_id?: string | undefined },
): Promise<boolean> {
  const row = user_id
    ? await db
        .selectFrom('users')
        .select('id')
        .where('id', '=', user_id)
        .where('is_active', '=', 1)
        .where('role', '!=', 'pending')
        .executeTakeFirst()
    : await db
        .selectFrom('user_groups')
        .select('id')
        .where('id', '=', group_id ?? '')
        .executeTakeFirst();
  return row !== undefined;
}
