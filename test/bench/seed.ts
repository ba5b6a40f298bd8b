import type { DB } from '../../server/db/schema.ts';

/** A person whom nobody signs in as. */
export function userRow(id: string): DB['users'] {
  const none = {
    username: null,
    username_key: null,
    password_hash: null,
    last_active_at: null,
    second_factor_at: null,
  };
  return {
    id,
    email: 'bench@example.org',
    name: 'Bench',
    role: 'user',
    is_active: 1,
    email_verified: 0,
    created_at: 0,
    updated_at: 0,
    ...none,
  };
}

/** A file that is read already, and whose bytes nobody asks for. */
export function fileRow({ id, user_id }: { id: string; user_id: string }): DB['files'] {
  return {
    id,
    user_id,
    filename: 'bench.txt',
    content_type: 'text/plain',
    size: 1,
    sha256: '0'.repeat(64),
    storage_key: id,
    status: 'ready',
    status_detail: null,
    page_count: null,
    made_in: null,
    passage_count: null,
    passage_tokens: null,
    created_at: 0,
    updated_at: 0,
  };
}
