import type { Kysely } from 'kysely';
import type { Assistant, AssistantBody, AssistantPatch, AssistantShare } from '../../../shared/api/assistants.ts';
import type { AuditAction } from '../../../shared/api/audit.ts';
import type { Subject } from '../../../shared/api/collections.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import { subjectExists } from '../../db/readable.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from '../audit/service.ts';
import type { CollectionService } from '../collections/service.ts';
import type { FileService } from '../files/service.ts';
import type { ModelService } from '../models/service.ts';
import type { ToolService } from '../tools/service.ts';
import { createAnswering } from './answering.ts';
import { authorizeChange, authorizeUse, checkOffering, mayChange } from './policy.ts';
import { createAssistantRepository, type AssistantRow } from './repository.ts';
import { columnsOf, emptyAssistant, idsIn, presentAssistant } from './rows.ts';

export type { Assisting } from './answering.ts';

type Deps = {
  db: Kysely<DB>;
  models: Pick<ModelService, 'resolve'>;
  collections: Pick<CollectionService, 'named'>;
  files: Pick<FileService, 'owned'>;
  tools: Pick<ToolService, 'chosen' | 'list'>;
  audit: Pick<AuditService, 'record'>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};
type Who = Pick<Actor, 'userId' | 'role'>;

/** More would make no list that a person can look at. */
const MAX_ASSISTANTS = 500;

export type AssistantService = ReturnType<typeof createAssistantService>;

/** Ways of being answered that people set up: instructions, a model, what is looked up and what may be called. */
export function createAssistantService({ db, models, collections, files, tools, audit, events, now }: Deps) {
  const repository = createAssistantRepository(db);

  const shown = async (who: Who, row: AssistantRow): Promise<Assistant> => {
    const isOwner = row.user_id === who.userId;
    const readable = isOwner ? new Set<string>() : await repository.readable(who.userId, idsIn(row.collections));
    return presentAssistant(row, { isOwner, canEdit: mayChange(who, row), readable });
  };

  /** Nobody puts in what they cannot use themselves. */
  async function check(who: Who, body: AssistantPatch): Promise<void> {
    checkOffering(who, body.everyone);
    if (body.model) await models.resolve({ requested: body.model, actor: who });
    if (body.collection_ids) await collections.named(who.userId, body.collection_ids);
    if (body.file_ids) await files.owned(who.userId, body.file_ids);
    if (body.tools) await tools.chosen(who, body.tools);
  }

  const writeDown = async (
    action: AuditAction,
    { id, name }: AssistantRow,
    detail: Record<string, string> = {},
  ): Promise<void> => {
    await audit.record({ action, target: { kind: 'assistant', id, name }, detail });
  };

  const found = async ({ userId }: Pick<Who, 'userId'>, id: string): Promise<AssistantRow | undefined> =>
    repository.find(userId, id);

  return {
    answering: createAnswering({ find: repository.find, toolsOf: tools.list }),

    /** NOT_FOUND for one that the person may not use. */
    async check(who: Pick<Who, 'userId'>, id: string): Promise<void> {
      authorizeUse(await found(who, id));
    },

    async list(
      who: Who,
      { q, limit, cursor }: { q?: string | undefined; limit: number; cursor?: string | undefined },
    ): Promise<{ items: Assistant[]; next_cursor: string | null }> {
      const rows = await repository.list(who.userId, { q, before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const readable = await repository.readable(
        who.userId,
        items.flatMap(({ collections: ids }) => idsIn(ids)),
      );
      return {
        items: items.map((row) =>
          presentAssistant(row, { isOwner: row.user_id === who.userId, canEdit: mayChange(who, row), readable }),
        ),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },

    get: async (who: Who, id: string): Promise<Assistant> => shown(who, authorizeUse(await found(who, id))),

    async create(who: Who, body: AssistantBody): Promise<Assistant> {
      await check(who, body);
      if ((await repository.countOwned(who.userId)) >= MAX_ASSISTANTS)
        throw new AppError('CONFLICT', { message: `No more than ${MAX_ASSISTANTS} assistants. Delete one first.` });
      const row = { ...emptyAssistant({ id: newId(), user_id: who.userId, at: now() }), ...columnsOf(body) };
      await repository.insert(row);
      const made = authorizeUse(await found(who, row.id));
      if (made.everyone === 1) await writeDown('assistant.shared', made, { with: 'everyone' });
      return shown(who, made);
    },

    async change(who: Who, id: string, body: AssistantPatch): Promise<Assistant> {
      const { changeable: _, ...before } = authorizeChange(who, await found(who, id));
      await check(who, body);
      const changes = { ...columnsOf(body), updated_at: now() };
      await repository.update(id, changes);
      const after = { ...before, ...changes };
      if (before.everyone === 1 || after.everyone === 1) await writeDown('assistant.changed', after);
      return shown(who, after);
    },

    /** Conversations with it stay readable. Silent about what is gone, or cannot be seen. */
    async remove(who: Who, id: string): Promise<void> {
      const row = await found(who, id);
      if (!row) return;
      authorizeChange(who, row);
      await repository.remove(id);
      if (row.everyone === 1) await writeDown('assistant.deleted', row);
    },

    async shares(who: Who, id: string): Promise<AssistantShare[]> {
      authorizeChange(who, await found(who, id));
      return (await repository.shares(id)).map(({ user_id, group_id, user_name, group_name }) => ({
        user_id,
        group_id,
        name: user_name ?? group_name ?? '',
      }));
    },

    async share(who: Who, id: string, subject: Subject): Promise<void> {
      const row = authorizeChange(who, await found(who, id));
      if (!(await subjectExists(db, subject)))
        throw new AppError('NOT_FOUND', { message: 'There is no such person or group to share with.' });
      const { user_id = null, group_id = null } = subject;
      if (user_id === row.user_id) return;
      try {
        await repository.addShare({ id: newId(), assistant_id: id, user_id, group_id, created_at: now() });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return;
      }
      await writeDown('assistant.shared', row, withWhom(subject));
      events.publish('thing.shared', { by: who.userId, kind: 'assistant', id, user_id, group_id });
    },

    async unshare(who: Who, id: string, subject: Subject): Promise<void> {
      const row = authorizeUse(await found(who, id));
      // Whoever it is shared with by name may leave it.
      if (subject.user_id !== who.userId) authorizeChange(who, row);
      if (await repository.removeShare(id, subject)) await writeDown('assistant.unshared', row, withWhom(subject));
    },
  };
}

const withWhom = ({ user_id, group_id }: Subject): Record<string, string> => ({
  ...(user_id && { user_id }),
  ...(group_id && { group_id }),
});
