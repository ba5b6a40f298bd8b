import { createHash } from 'node:crypto';
import type { AuditLog } from '../../db/schema.ts';

/** What the chain begins with. */
export const GENESIS = '0'.repeat(64);

/** An entry before it has its place in the chain. */
export type AuditRecord = Omit<AuditLog, 'seq' | 'prev_hash' | 'hash'>;

/** JSON with the keys of every object sorted, without spaces (as RFC 8785 for strings, whole numbers, truth values and null). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 (hex) of the hash before, a line feed, and the entry with its place as canonical JSON. */
export function hashOf(entry: AuditRecord & { seq: number }, previous: string): string {
  const { seq, id, at, actor_id, actor_name, action, target_kind, target_id, target_name } = entry;
  const { ip, user_agent, request_id, detail } = entry;
  const what = { seq, id, at, actor_id, actor_name, action, target_kind, target_id, target_name };
  return createHash('sha256')
    .update(`${previous}\n${canonicalJson({ ...what, ip, user_agent, request_id, detail })}`)
    .digest('hex');
}

/** Gives records their places after the head. */
export function link(records: readonly AuditRecord[], head: { seq: number; hash: string }): AuditLog[] {
  let { seq, hash } = head;
  return records.map((record) => {
    const prev_hash = hash;
    seq += 1;
    hash = hashOf({ ...record, seq }, prev_hash);
    return { ...record, seq, prev_hash, hash };
  });
}
