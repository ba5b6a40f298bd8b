import type { StoredFile } from '../../../../shared/api/files.ts';
import type { Strings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import type { Upload } from './uploads.ts';

/** Where a stored file stands, and the server's word on it: how far the reading has come, or why it failed. */
export function statusWords(
  { status, status_detail: detail }: Pick<StoredFile, 'status' | 'status_detail'>,
  strings: Strings,
): string {
  if (status === 'ready') return strings.files.ready;
  return detail ?? strings.files[status];
}

export function uploadWords(upload: Upload, strings: Strings): string {
  const { phase, sent, detail, refusal } = upload;
  if (phase === 'uploading') return strings.files.uploading(Math.floor(sent * 100));
  if (phase === 'refused') return refusal ? describeRefusal(refusal, strings) : strings.files.uploadFailed;
  return statusWords({ status: phase, status_detail: detail }, strings);
}
