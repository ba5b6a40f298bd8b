import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Invite, NewInvite } from '../../../shared/api/invites.ts';
import type { DB, Invites } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { AuditService } from '../audit/service.ts';
import type { Admission, Invitation } from '../auth/admission.ts';
import type { GroupService } from '../groups/service.ts';
import { createInviteRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  publicUrl: URL;
  groups: Pick<GroupService, 'checkAll' | 'join'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

type Wish = {
  max_uses?: number | undefined;
  expires_in_days?: number | null | undefined;
  email?: string | null | undefined;
  role?: 'user' | 'admin' | undefined;
  group_ids?: string[] | undefined;
};

const DEFAULT_DAYS = 7;
/** 128 bits: not to be guessed at any rate. */
const CODE_BYTES = 16;
const HINT_LENGTH = 4;

const groupsOf = ({ group_ids }: Invites): string[] => JSON.parse(group_ids) as string[];
const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');

export type InviteService = ReturnType<typeof createInviteService>;

/** Invites: made and taken back by admins, used to make an account. Only the hash of a code is stored. */
export function createInviteService({ db, publicUrl, groups, audit, now }: Deps) {
  const repository = createInviteRepository(db);

  const isOpen = ({ uses, max_uses, expires_at }: Invites): boolean =>
    uses < max_uses && (expires_at === null || expires_at > now());

  const presentInvite = (row: Invites): Invite => ({
    id: row.id,
    code_hint: row.code_hint,
    email: row.email,
    role: row.role,
    group_ids: groupsOf(row),
    max_uses: row.max_uses,
    uses: row.uses,
    expires_at: row.expires_at === null ? null : toIso(row.expires_at),
    created_at: toIso(row.created_at),
    state: isOpen(row) ? 'open' : row.uses >= row.max_uses ? 'used' : 'expired',
  });

  const admission: Pick<Admission, 'check' | 'use'> = {
    async check(code: string, email: string): Promise<Invitation> {
      const row = await repository.byHash(hashOf(code));
      // One answer for all that can be wrong: nobody learns for whom a found code is.
      if (!row || !isOpen(row) || (row.email !== null && row.email !== email)) throw new AppError('INVALID_INVITE');
      return { id: row.id, role: row.role };
    },
    async use(tx, { id }, userId) {
      const inside = createInviteRepository(tx);
      if (!(await inside.takeUse(id, now()))) throw new AppError('INVALID_INVITE');
      const row = await inside.find(id);
      if (row) await groups.join(tx, groupsOf(row), userId);
    },
  };

  return {
    ...admission,

    async create(
      actor: Actor,
      { max_uses = 1, expires_in_days = DEFAULT_DAYS, email = null, role = 'user', group_ids = [] }: Wish,
    ): Promise<NewInvite> {
      await groups.checkAll(group_ids);
      const code = randomBytes(CODE_BYTES).toString('base64url');
      const at = now();
      const row: Invites = {
        id: newId(),
        code_hash: hashOf(code),
        code_hint: code.slice(0, HINT_LENGTH),
        created_by: actor.userId,
        email,
        role,
        group_ids: JSON.stringify([...new Set(group_ids)]),
        max_uses,
        uses: 0,
        expires_at: expires_in_days === null ? null : at + days(expires_in_days),
        created_at: at,
      };
      await repository.insert(row);
      await audit.record({
        action: 'invite.created',
        target: { kind: 'invite', id: row.id, name: email },
        detail: { role, max_uses, expires_in_days },
      });
      const url = new URL('/register', publicUrl);
      url.searchParams.set('invite', code);
      return { ...presentInvite(row), code, url: url.href };
    },

    async list({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const rows = await repository.list({ limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit);
      return {
        items: items.map(presentInvite),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },

    /** Its code opens nothing any more; accounts made with it stay. */
    async remove(id: string): Promise<void> {
      if (await repository.delete(id)) await audit.record({ action: 'invite.deleted', target: { kind: 'invite', id } });
    },
  };
}
