import type { Collection, CollectionSource } from '../../../shared/api/collections.ts';
import { toIso } from '../../lib/clock.ts';
import type { OwnCollection } from './policy.ts';
import type { Counts, SourceRow } from './repository.ts';

export const presentCollection = (row: OwnCollection, counts: Counts | undefined): Collection => ({
  id: row.id,
  name: row.name,
  description: row.description,
  owner: { id: row.user_id, name: row.owner_name },
  access: row.access,
  sources: counts ?? { total: 0, ready: 0, failed: 0 },
  created_at: toIso(row.created_at),
  updated_at: toIso(row.updated_at),
});

export const presentSource = (row: SourceRow): CollectionSource => ({
  id: row.id,
  kind: row.url === null ? 'file' : 'url',
  file_id: row.file_id,
  url: row.url,
  title: row.title,
  ...statusOf(row),
  content_type: row.content_type,
  size: row.size,
  page_count: row.page_count,
  created_at: toIso(row.created_at),
  fetched_at: row.fetched_at === null ? null : toIso(row.fetched_at),
  refresh: row.refresh,
  next_fetch_at: row.due_at === null ? null : toIso(Number(row.due_at)),
});

function statusOf({ state, state_detail, file_status, file_detail }: SourceRow) {
  if (state === 'fetching') return { status: 'processing', status_detail: 'Fetching the page' } as const;
  if (state === 'failed') return { status: 'failed', status_detail: state_detail } as const;
  return { status: file_status ?? 'queued', status_detail: file_detail };
}
