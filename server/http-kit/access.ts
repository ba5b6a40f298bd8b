import { AppError } from '../lib/errors.ts';
import type { Scope } from '../../shared/permissions.ts';
import type { Actor } from './actor.ts';

/** Who may call a route. Decided before the body is read. */
export type Access =
  /** No credential is looked at. Origin and Fetch Metadata still are. */
  | { who: 'anyone' }
  /** Any signed-in person, also one waiting for approval: for what one needs to see or end one's own session. */
  | { who: 'signed-in' }
  /** An approved person, or a key of theirs that has the scope. */
  | { who: 'member'; scope: Scope }
  /** An admin. An API key of theirs only where a scope is named, and with that scope. */
  | { who: 'admin'; scope?: Scope };

export const anyone = (): { who: 'anyone' } => ({ who: 'anyone' });
export const signedIn = (): { who: 'signed-in' } => ({ who: 'signed-in' });
export const member = (scope: Scope): { who: 'member'; scope: Scope } => ({ who: 'member', scope });

export const admin = (scope?: Scope): { who: 'admin'; scope?: Scope } => ({ who: 'admin', ...(scope && { scope }) });

/** Throws unless the actor satisfies what the route asks. */
export function checkAccess(access: Exclude<Access, { who: 'anyone' }>, actor: Actor | null): asserts actor is Actor {
  if (!actor) throw new AppError('AUTH_REQUIRED');
  if (access.who === 'signed-in') {
    if (actor.via === 'api_key') throw new AppError('SCOPE_REQUIRED');
    return;
  }
  if (actor.role === 'pending') throw new AppError('USER_PENDING');
  if (access.who === 'admin') {
    if (actor.role !== 'admin') throw new AppError('ADMIN_REQUIRED');
    if (actor.via === 'api_key' && access.scope === undefined) throw new AppError('SCOPE_REQUIRED');
  }
  if (access.scope !== undefined && !actor.scopes.has(access.scope)) throw new AppError('SCOPE_REQUIRED');
}
