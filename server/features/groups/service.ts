import type { Kysely, Transaction } from 'kysely';
import type { User } from '../../../shared/api/auth.ts';
import type { Group, GroupBody, GroupPatch } from '../../../shared/api/groups.ts';
import { isUniqueViolation, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from '../audit/service.ts';
import type { PermissionService } from '../permissions/service.ts';
import { createGroupRepository, type GroupRow } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  permissions: Pick<PermissionService, 'ofGroups' | 'setGroup'>;
  presentUser: (user: Users) => User;
  events: Pick<EventBus, 'publish'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};
type PageOf = { limit: number; cursor?: string | undefined };

export type GroupService = ReturnType<typeof createGroupService>;

/** Names that look the same are the same. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Groups of people, as admins keep them. */
export function createGroupService({ db, engine, permissions, presentUser, events, audit, now }: Deps) {
  const repository = createGroupRepository(db, engine);

  async function group(id: string): Promise<GroupRow> {
    const row = await repository.find(id);
    if (!row) throw new AppError('NOT_FOUND', { message: 'There is no such group.' });
    return row;
  }

  async function present(rows: readonly GroupRow[]): Promise<Group[]> {
    const given = await permissions.ofGroups(rows.map(({ id }) => id));
    return rows.flatMap(({ id, name, description, members, created_at, updated_at }) => {
      const allowed = given.get(id);
      const times = { created_at: toIso(created_at), updated_at: toIso(updated_at) };
      return allowed ? [{ id, name, description, members, permissions: allowed, ...times }] : [];
    });
  }

  async function presentOne(row: GroupRow): Promise<Group> {
    const [one] = await present([row]);
    if (!one) throw new AppError('INTERNAL_ERROR');
    return one;
  }

  async function namedOnce<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('CONFLICT', { message: 'There is a group of this name already.', cause: error });
    }
  }

  const membersChanged = (): void => events.publish('entitlements.changed', {});
  const target = ({ id, name }: { id: string; name: string }) => ({ kind: 'group', id, name });

  return {
    async list({ limit, cursor }: PageOf) {
      const rows = await repository.list({ limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit);
      return { items: await present(items), next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    get: async (id: string): Promise<Group> => presentOne(await group(id)),

    /** CONFLICT where the name is taken. */
    async create({ name, description = '', permissions: allowed = {} }: GroupBody): Promise<Group> {
      const at = now();
      const row = { id: newId(), name, name_key: keyOf(name), description, created_at: at, updated_at: at };
      await namedOnce(() => repository.insert(row));
      const detail = await permissions.setGroup(row.id, allowed);
      await audit.record({ action: 'group.created', target: target(row), detail });
      return presentOne({ ...row, members: 0 });
    },

    /** What is left out stays as it is. */
    async update(id: string, { name, description, permissions: allowed = {} }: GroupPatch): Promise<Group> {
      const before = await group(id);
      const changes = {
        ...(name !== undefined && { name, name_key: keyOf(name) }),
        ...(description !== undefined && { description }),
        updated_at: now(),
      };
      await namedOnce(() => repository.update(id, changes));
      const detail = await permissions.setGroup(id, allowed);
      const after = { ...before, ...changes };
      await audit.record({ action: 'group.changed', target: target(after), detail });
      return presentOne(after);
    },

    /** Its members stay. */
    async remove(id: string): Promise<void> {
      const row = await repository.find(id);
      if (!row || !(await repository.delete(id))) return;
      membersChanged();
      await audit.record({ action: 'group.deleted', target: target(row) });
    },

    async members(id: string, { limit, cursor }: PageOf) {
      await group(id);
      const rows = await repository.members(id, { limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit);
      return { items: items.map(presentUser), next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async addMember(id: string, userId: string): Promise<void> {
      const row = await group(id);
      if (!(await repository.hasUser(userId))) throw new AppError('NOT_FOUND', { message: 'There is no such person.' });
      if (!(await repository.addMember(id, userId, now()))) return;
      membersChanged();
      await audit.record({ action: 'group.member_added', target: target(row), detail: { user: userId } });
    },

    async removeMember(id: string, userId: string): Promise<void> {
      const row = await repository.find(id);
      if (!row || !(await repository.removeMember(id, userId))) return;
      membersChanged();
      await audit.record({ action: 'group.member_removed', target: target(row), detail: { user: userId } });
    },

    /** VALIDATION_FAILED for the field `group_ids` where one is not there. */
    async checkAll(ids: readonly string[]): Promise<void> {
      const found = new Set(await repository.existing(ids));
      const at = ids.findIndex((id) => !found.has(id));
      if (at >= 0) throw invalidField(`group_ids.${at}`, 'There is no such group.');
    },

    /** Puts a new account into the groups that are still there. */
    async join(tx: Transaction<DB>, ids: readonly string[], userId: string): Promise<void> {
      const inside = createGroupRepository(tx, engine);
      for (const id of await inside.existing(ids)) await inside.addMember(id, userId, now());
    },
  };
}
