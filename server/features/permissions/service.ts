import type { Kysely } from 'kysely';
import type { PermissionChanges, PermissionSet } from '../../../shared/api/permissions.ts';
import { permissions, type Permission } from '../../../shared/permissions.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { createRecent } from '../../lib/recent.ts';
import type { AuditService } from '../audit/service.ts';
import { createPermissionRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  inTransaction: InTransaction;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

/** What another process has changed holds here after this long. */
const RECENT_MS = seconds(2);

export type PermissionService = ReturnType<typeof createPermissionService>;

const asSet = (has: (permission: Permission) => boolean): PermissionSet =>
  Object.fromEntries(permissions.map((permission) => [permission, has(permission)])) as PermissionSet;

/** Changes, as the log shows them. */
const detailOf = (changes: PermissionChanges): { allowed: string[]; withheld: string[] } => ({
  allowed: permissions.filter((permission) => changes[permission] === true),
  withheld: permissions.filter((permission) => changes[permission] === false),
});

/** What members may do: what everybody may, and what any of their groups allows beyond that. */
export function createPermissionService({ db, engine, inTransaction, audit, now }: Deps) {
  const repository = createPermissionRepository(db, engine);
  const recent = createRecent<ReadonlySet<Permission>>({ forMs: RECENT_MS, now });

  /** What nobody has decided on is allowed: so a new permission takes nothing from anybody. */
  async function defaults(): Promise<PermissionSet> {
    const stored = JSON.parse((await repository.defaults()) ?? '{}') as Partial<Record<string, boolean>>;
    return asSet((permission) => stored[permission] ?? true);
  }

  async function find(userId: string): Promise<ReadonlySet<Permission>> {
    const everybody = await defaults();
    const given = new Set(await repository.ofGroupsWith(userId));
    return new Set(permissions.filter((permission) => everybody[permission] || given.has(permission)));
  }

  return {
    /** For members; admins may everything. Asked at each request that needs any of it, so remembered for a moment. */
    permitted: (userId: string): Promise<ReadonlySet<Permission>> => recent.getOr(userId, () => find(userId)),
    /** What members may do is looked up anew: something about their groups has changed. */
    forget: recent.clear,

    async own({ userId, role }: Pick<Actor, 'userId' | 'role'>): Promise<PermissionSet> {
      const may = role === 'admin' ? new Set(permissions) : await find(userId);
      return asSet((permission) => may.has(permission));
    },

    defaults,

    async setDefaults(changes: PermissionChanges): Promise<PermissionSet> {
      const before = await defaults();
      const all = asSet((permission) => changes[permission] ?? before[permission]);
      await repository.putDefaults(JSON.stringify(all), now());
      recent.clear();
      await audit.record({ action: 'permissions.changed', detail: detailOf(changes) });
      return all;
    },

    /** Of each of these groups. */
    async ofGroups(ids: readonly string[]): Promise<Map<string, PermissionSet>> {
      const rows = await repository.ofGroups(ids);
      const given = new Set(rows.map(({ group_id, permission }) => `${group_id} ${permission}`));
      return new Map(ids.map((id) => [id, asSet((permission) => given.has(`${id} ${permission}`))]));
    },

    /** What is left out stays as it is. Answers what was changed, for the caller to write it into the log. */
    async setGroup(id: string, changes: PermissionChanges) {
      const detail = detailOf(changes);
      await inTransaction(async (tx) => {
        const inside = createPermissionRepository(tx, engine);
        for (const permission of detail.allowed) await inside.allow(id, permission);
        for (const permission of detail.withheld) await inside.withdraw(id, permission);
      });
      recent.clear();
      return detail;
    },
  };
}
