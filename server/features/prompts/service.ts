import type { Kysely } from 'kysely';
import type { AuditAction } from '../../../shared/api/audit.ts';
import type { Prompt, PromptBody, PromptPatch } from '../../../shared/api/prompts.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { AuditService } from '../audit/service.ts';
import { authorizeChange, authorizeReading, checkSharing } from './policy.ts';
import { createPromptRepository, type PromptRow } from './repository.ts';

type Deps = { db: Kysely<DB>; audit: Pick<AuditService, 'record'>; now: Clock };

export type PromptService = ReturnType<typeof createPromptService>;

const present = ({ userId }: Actor, { user_id, shared, created_at, updated_at, ...row }: PromptRow): Prompt => ({
  ...row,
  shared: shared === 1,
  own: user_id === userId,
  created_at: toIso(created_at),
  updated_at: toIso(updated_at),
});

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);

/** Texts that are asked again and again, by their command. */
export function createPromptService({ db, audit, now }: Deps) {
  const repository = createPromptRepository(db);

  async function onceByCommand(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('CONFLICT', { message: 'You have a prompt with this command already.', cause: error });
    }
  }

  const writeDown = async (action: AuditAction, row: PromptRow): Promise<void> => {
    await audit.record({ action, target: { kind: 'prompt', id: row.id, name: row.command } });
  };

  return {
    async list(
      actor: Actor,
      { q, limit, cursor }: { q?: string | undefined; limit: number; cursor?: string | undefined },
    ): Promise<{ items: Prompt[]; next_cursor: string | null }> {
      const rows = await repository.list(actor.userId, { q, before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return {
        items: items.map((row) => present(actor, row)),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },

    get: async (actor: Actor, id: string): Promise<Prompt> =>
      present(actor, authorizeReading(actor, await repository.find(id))),

    /** CONFLICT where one has the command already; FORBIDDEN for sharing by who is no admin. */
    async create(actor: Actor, { shared = false, ...body }: PromptBody): Promise<Prompt> {
      checkSharing(actor, shared);
      const at = now();
      const row = { id: newId(), user_id: actor.userId, ...body, shared: flag(shared), created_at: at, updated_at: at };
      await onceByCommand(() => repository.insert(row));
      if (shared) await writeDown('prompt.shared', row);
      return present(actor, row);
    },

    async change(actor: Actor, id: string, { shared, ...body }: PromptPatch): Promise<Prompt> {
      const before = authorizeChange(actor, await repository.find(id));
      checkSharing(actor, shared);
      const { command, title, content } = body;
      const changes = {
        ...(command !== undefined && { command }),
        ...(title !== undefined && { title }),
        ...(content !== undefined && { content }),
        ...(shared !== undefined && { shared: flag(shared) }),
        updated_at: now(),
      };
      await onceByCommand(() => repository.update(id, changes));
      const { changeable: _, ...row } = { ...before, ...changes };
      if (before.shared === 1 || row.shared === 1) await writeDown('prompt.changed', row);
      return present(actor, row);
    },

    /** Silent about what is gone, or cannot be seen. */
    async remove(actor: Actor, id: string): Promise<void> {
      const row = await repository.find(id);
      if (!row || (row.user_id !== actor.userId && row.shared !== 1)) return;
      authorizeChange(actor, row);
      await repository.remove(id);
      if (row.shared === 1) await writeDown('prompt.deleted', row);
    },
  };
}
