import type { StoredFile } from '../../../shared/api/files.ts';
import type { Authorized } from '../../http-kit/actor.ts';
import { toIso } from '../../lib/clock.ts';
import type { FileRow } from './policy.ts';

/** A file as its owner sees it; where it is stored stays inside. */
export const presentFile = (file: Authorized<FileRow>): StoredFile => ({
  id: file.id,
  filename: file.filename,
  content_type: file.content_type,
  size: file.size,
  sha256: file.sha256,
  status: file.status,
  status_detail: file.status_detail,
  page_count: file.page_count,
  created_at: toIso(file.created_at),
});
