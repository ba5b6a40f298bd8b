import type { AuditEntry } from '../../../shared/api/audit.ts';

const columns = {
  seq: (entry: AuditEntry) => String(entry.seq),
  id: (entry: AuditEntry) => entry.id,
  at: (entry: AuditEntry) => entry.at,
  actor_id: (entry: AuditEntry) => entry.actor?.id ?? '',
  actor: (entry: AuditEntry) => entry.actor?.name ?? '',
  action: (entry: AuditEntry) => entry.action,
  target_kind: (entry: AuditEntry) => entry.target?.kind ?? '',
  target_id: (entry: AuditEntry) => entry.target?.id ?? '',
  target: (entry: AuditEntry) => entry.target?.name ?? '',
  ip: (entry: AuditEntry) => entry.ip ?? '',
  user_agent: (entry: AuditEntry) => entry.user_agent ?? '',
  request_id: (entry: AuditEntry) => entry.request_id ?? '',
  detail: (entry: AuditEntry) => JSON.stringify(entry.detail),
  prev_hash: (entry: AuditEntry) => entry.prev_hash,
  hash: (entry: AuditEntry) => entry.hash,
};

/** A cell by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** Line by line, so that a log of any length costs no memory. */
export async function* exportLines(
  entries: AsyncIterable<AuditEntry>,
  format: 'csv' | 'jsonl',
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(Object.keys(columns));
  for await (const entry of entries) {
    if (format === 'csv') yield csvLine(Object.values(columns).map((cell) => cell(entry)));
    else yield `${JSON.stringify(entry)}\n`;
  }
}
