import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { AuditAction, AuditEntry, AuditVerification } from '../../../shared/api/audit.ts';
import type { AuditLog, DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { RequestContext } from '../../lib/request-context.ts';
import { canonicalJson, GENESIS, hashOf, link, type AuditRecord } from './chain.ts';
import { createAuditRepository, type AuditFilter } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  inTransaction: InTransaction;
  /** The request that the caller runs for. */
  context: () => RequestContext | undefined;
  logger: Logger;
  now: Clock;
};

/** What happened. Never content: no titles, messages, names of files. */
export type AuditNote = {
  action: AuditAction;
  /** Who did it; by default who makes the request. */
  actorId?: string | null;
  target?: { kind: string; id: string; name?: string | null };
  detail?: Record<string, string | number | boolean | null | readonly string[]>;
};

/** Waiting notes are stored together, this many at most. */
const BATCH = 200;
const READ_AHEAD = 500;
/** What is noted within so long after a write waits for the next one: of a flood, not each has a write of its own. */
const GATHER_MS = 50;
const RETRY_MS = 500;
const RETRIES = 20;
const MAX_TEXT = 500;

export type AuditService = ReturnType<typeof createAuditService>;

/** The audit log: who did what, from where, as a chain in which a change, a gap or a cut-off end shows. */
export function createAuditService({ db, inTransaction, context, logger, now }: Deps) {
  const repository = createAuditRepository(db);
  const waiting: AuditRecord[] = [];
  let writing: Promise<void> = Promise.resolve();
  /** When the last write that nobody waits for began. */
  let wroteAt = -Infinity;
  let gathering: NodeJS.Timeout | undefined;

  const store = (records: readonly AuditRecord[]): Promise<void> =>
    inTransaction(async (tx) => {
      const inside = createAuditRepository(tx);
      await inside.append(link(records, await inside.lockHead()));
    });

  async function flush(): Promise<void> {
    for (let records = waiting.slice(0, BATCH); records.length; records = waiting.slice(0, BATCH)) {
      await name(records);
      await store(records);
      waiting.splice(0, records.length);
    }
  }

  /** Names people as they are called now. Those that have one keep it. */
  async function name(records: AuditRecord[]): Promise<void> {
    const known = new Map<string, string | null>();
    async function emailOf(id: string): Promise<string | null> {
      const found = known.get(id) ?? (await repository.emailOf(id));
      known.set(id, found);
      return found;
    }
    for (const record of records) {
      if (record.actor_id !== null) record.actor_name ??= await emailOf(record.actor_id);
      if (record.target_kind === 'user' && record.target_id !== null)
        record.target_name ??= await emailOf(record.target_id);
    }
  }

  function recordOf({ action, actorId, target, detail = {} }: AuditNote): AuditRecord {
    const from = context();
    return {
      id: newId(),
      at: now(),
      actor_id: actorId === undefined ? (from?.actorId ?? null) : actorId,
      actor_name: null,
      action,
      target_kind: target?.kind ?? null,
      target_id: target?.id ?? null,
      target_name: target?.name?.slice(0, MAX_TEXT).toWellFormed() ?? null,
      ip: from?.ip ?? null,
      user_agent: from?.userAgent.slice(0, MAX_TEXT).toWellFormed() || null,
      request_id: from?.requestId ?? null,
      detail: canonicalJson(from?.directory ? { ...detail, by_directory: from.directory } : detail),
    };
  }

  /** One flush after the other; a failure is this caller's, and what it left waiting is stored by the next. */
  function write(): Promise<void> {
    const turn = writing.then(flush, flush);
    writing = turn.catch(() => undefined);
    return turn;
  }

  /** For events, which nobody waits for. */
  function writeSoon(): void {
    const pause = wroteAt + GATHER_MS - performance.now();
    gathering ??= setTimeout(
      () => {
        gathering = undefined;
        wroteAt = performance.now();
        void writePatiently();
      },
      Math.max(pause, 0),
    );
  }

  /** Tries for a while, so that a database that was away costs no entry. */
  async function writePatiently(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await write();
      } catch (error) {
        logger.error({ err: error, waiting: waiting.length }, 'the audit log could not be written');
        if (attempt === RETRIES) return;
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  async function* walk(filter: AuditFilter): AsyncGenerator<AuditLog> {
    let after = 0;
    for (;;) {
      const rows = await repository.entries(filter, { after, limit: READ_AHEAD });
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < READ_AHEAD) return;
      after = last.seq;
    }
  }

  const drained = (): Promise<void> => write().catch(() => undefined);

  return {
    /** Resolves when it is stored: for what an admin does, which must not happen unseen. */
    async record(note: AuditNote): Promise<void> {
      waiting.push(recordOf(note));
      await write();
    },

    /** Stores it soon; never fails. For subscribers of events. */
    note(note: AuditNote): void {
      waiting.push(recordOf(note));
      writeSoon();
    },

    /** Newest first, with what was noted before it was asked. */
    async list({ limit, cursor, ...filter }: AuditFilter & { limit: number; cursor?: string | undefined }) {
      await drained();
      const before = cursor === undefined ? undefined : Number(cursor);
      const rows = await repository.entries(filter, { before, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return {
        items: items.map(presentEntry),
        next_cursor: rows.length > limit ? String(items.at(-1)?.seq ?? '') : null,
      };
    },

    /** Oldest first, a few at a time. */
    async *export(filter: AuditFilter): AsyncGenerator<AuditEntry> {
      await drained();
      for await (const row of walk(filter)) yield presentEntry(row);
    },

    /** Reads the whole chain, and compares its end with what was noted about it apart. */
    async verify(): Promise<AuditVerification> {
      const head = await repository.head();
      let seq = 0;
      let hash = GENESIS;
      const result = (broken_at: number | null) => ({
        ok: broken_at === null,
        entries: seq,
        broken_at,
        head_hash: head.hash,
      });
      for await (const row of walk({})) {
        // Written after the head was read.
        if (row.seq > head.seq && seq === head.seq) break;
        if (row.seq !== seq + 1 || row.prev_hash !== hash || hashOf(row, hash) !== row.hash) return result(seq + 1);
        ({ seq, hash } = row);
      }
      return result(seq === head.seq && hash === head.hash ? null : seq + 1);
    },

    /** Resolves when what was noted is stored. */
    drained,
  };
}

const presentEntry = (row: AuditLog): AuditEntry => ({
  id: row.id,
  seq: row.seq,
  at: toIso(row.at),
  actor: row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name },
  action: row.action,
  target:
    row.target_kind === null || row.target_id === null
      ? null
      : { kind: row.target_kind, id: row.target_id, name: row.target_name },
  ip: row.ip,
  user_agent: row.user_agent,
  request_id: row.request_id,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
  hash: row.hash,
  prev_hash: row.prev_hash,
});
