import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { GroupService } from '../groups/service.ts';
import type { UserService } from '../users/service.ts';

/** What others say of a person's groups and role, carried over. */
export type Membership = {
  /** Into the groups of `wanted`; out of those of `before` that are not in it. Others stay as they are: they were given here. */
  follow(userId: string, before: readonly string[], wanted: readonly string[]): Promise<void>;
  setRole(userId: string, role: 'admin' | 'user'): Promise<void>;
};

type Deps = {
  groups: Pick<GroupService, 'addMember' | 'removeMember'>;
  users: Pick<UserService, 'get' | 'update'>;
  logger: Pick<Logger, 'warn'>;
};

export const createMembership = ({ groups, users, logger }: Deps): Membership => ({
  async follow(userId, before, wanted) {
    for (const id of wanted) await groups.addMember(id, userId);
    for (const id of before) if (!wanted.includes(id)) await groups.removeMember(id, userId);
  },

  async setRole(userId, role) {
    const now = (await users.get(userId)).role;
    // Who waits for approval goes on waiting, unless they are said to be an admin.
    if (now === role || (now === 'pending' && role === 'user')) return;
    try {
      await users.update(userId, { role });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error;
      logger.warn({ user_id: userId }, 'the last admin stays one, whatever the sign-in provider says');
    }
  },
});
