import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Retention, RetentionCounts, RetentionRules } from '../../../shared/api/retention.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import type { JobContext } from '../../platform/jobs/driver.ts';
import type { AuditService } from '../audit/service.ts';
import type { FileHolders } from '../files/holders.ts';
import { createRetentionRepository } from './repository.ts';
import { unusedFiles } from './unused-files.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  removeConversation(row: DB['conversations']): Promise<void>;
  holders: Pick<FileHolders, 'unheld'>;
  removeFile(who: { userId: string }, id: string): Promise<void>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

const RULES = 'retention.rules';
const LAST_RUN = 'retention.last_run';
/** Deleted in one go, before others get their turn. */
const BATCH = 50;

const keepAll: RetentionRules = { conversations: { days: null, archived: false }, files: { days: null } };

export type RetentionService = ReturnType<typeof createRetention>;

/** How long conversations and files are kept that nobody touches, and the deleting of those that are older. */
export function createRetention({ db, engine, removeConversation, holders, removeFile, audit, now }: Deps) {
  const repository = createRetentionRepository(db, engine);

  const rules = async (): Promise<RetentionRules> => {
    const stored = await repository.read(RULES);
    return stored === undefined ? keepAll : (JSON.parse(stored) as RetentionRules);
  };

  async function get(): Promise<Retention> {
    const ran = await repository.read(LAST_RUN);
    const last = ran === undefined ? null : (JSON.parse(ran) as RetentionCounts & { at: number });
    return { ...(await rules()), last_run: last && { ...last, at: toIso(last.at) } };
  }

  async function applyToConversations({ conversations }: RetentionRules, signal: AbortSignal): Promise<number> {
    if (conversations.days === null) return 0;
    const before = now() - days(conversations.days);
    let removed = 0;
    for (;;) {
      const rows = await repository.conversations(before, conversations.archived, BATCH);
      for (const row of rows) {
        if (signal.aborted) return removed;
        await removeConversation(row);
        removed += 1;
      }
      if (rows.length < BATCH) return removed;
      await setImmediate();
    }
  }

  async function applyToFiles({ files }: RetentionRules, signal: AbortSignal): Promise<number> {
    if (files.days === null) return 0;
    let removed = 0;
    for await (const { id, user_id } of unusedFiles({ repository, holders }, now() - days(files.days))) {
      if (signal.aborted) return removed;
      await removeFile({ userId: user_id }, id);
      removed += 1;
    }
    return removed;
  }

  return {
    get,
    rules,

    async put(next: RetentionRules): Promise<Retention> {
      await repository.write(RULES, JSON.stringify(next), now());
      await audit.record({
        action: 'retention.changed',
        detail: {
          conversations_days: next.conversations.days,
          archived: next.conversations.archived,
          files_days: next.files.days,
        },
      });
      return get();
    },

    /** What these rules would delete if they held now. Nothing is deleted. */
    async preview({ conversations, files }: RetentionRules): Promise<RetentionCounts> {
      let unused = 0;
      if (files.days !== null)
        for await (const file of unusedFiles({ repository, holders }, now() - days(files.days))) if (file) unused += 1;
      return {
        conversations:
          conversations.days === null
            ? 0
            : await repository.countConversations(now() - days(conversations.days), conversations.archived),
        files: unused,
      };
    },

    /** The job `retention.apply`: what was left over goes the next time. */
    async apply({ signal }: Pick<JobContext, 'signal'>): Promise<void> {
      const held = await rules();
      const counts = {
        // A file that only such a conversation had is unused after that.
        conversations: await applyToConversations(held, signal),
        files: await applyToFiles(held, signal),
      };
      if (counts.conversations + counts.files === 0) return;
      await repository.write(LAST_RUN, JSON.stringify({ ...counts, at: now() }), now());
      await audit.record({ action: 'retention.applied', actorId: null, detail: counts });
    },
  };
}
