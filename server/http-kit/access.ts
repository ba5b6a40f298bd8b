import { AppError } from '../lib/errors.ts';
import type { Permission, Scope } from '../../shared/permissions.ts';
import type { Actor } from './actor.ts';

/** Who may call a route. Decided before the body is read. */
export type Access =
  /** No credential is looked at by the door. Origin and Fetch Metadata still are. */
  | { who: 'anyone' }
  /** Any signed-in person, also one who waits for approval or lacks a second factor: for what one needs to see, secure or end one's own session. */
  | { who: 'signed-in'; permission?: Permission; scope?: 'any' }
  /** An approved person. An API key of theirs only where a scope is named, and with that scope. */
  | { who: 'member'; scope?: Scope; permission?: Permission }
  /** A directory that provisions people, by a token of its own. Nobody's session or API key opens it. */
  | { who: 'directory' }
  /** An admin. An API key of theirs only where a scope is named, and with that scope. */
  | { who: 'admin'; scope?: Scope };

export const anyone = (): { who: 'anyone' } => ({ who: 'anyone' });
/** `permission`: what admins can keep from members. */
export const signedIn = (permission?: Permission): { who: 'signed-in'; permission?: Permission } => ({
  who: 'signed-in',
  ...(permission && { permission }),
});
/** Also a person's API key, whatever its scopes: for what tells a program whose key it has. */
export const signedInOrKey = (): { who: 'signed-in'; scope: 'any' } => ({ who: 'signed-in', scope: 'any' });
export const member = (
  scope?: Scope,
  permission?: Permission,
): { who: 'member'; scope?: Scope; permission?: Permission } => ({
  who: 'member',
  ...(scope && { scope }),
  ...(permission && { permission }),
});

export const admin = (scope?: Scope): { who: 'admin'; scope?: Scope } => ({ who: 'admin', ...(scope && { scope }) });

/** For those whose role needs a second factor and who have none. */
export const secondFactorNeeded = (): AppError =>
  new AppError('FORBIDDEN', {
    message: 'Your account needs a second factor here before you can go on.',
    details: { suggestion: 'Open the page anew: it shows how to set up an authenticator app or a passkey.' },
  });

/** Whether a person may do more than look after their own sign-in. Throws USER_PENDING, and FORBIDDEN for who lacks a second factor. */
export function checkMayWork({ role, lacksSecondFactor }: Pick<Actor, 'role' | 'lacksSecondFactor'>): void {
  if (role === 'pending') throw new AppError('USER_PENDING');
  if (lacksSecondFactor) throw secondFactorNeeded();
}

export const directory = (): { who: 'directory' } => ({ who: 'directory' });

/** Throws unless the actor satisfies what the route asks. */
export function checkAccess(
  access: Exclude<Access, { who: 'anyone' | 'directory' }>,
  actor: Actor | null,
): asserts actor is Actor {
  if (!actor) throw new AppError('AUTH_REQUIRED');
  if (access.who === 'signed-in') {
    if (actor.via === 'api_key' && access.scope !== 'any') throw new AppError('SCOPE_REQUIRED');
    return;
  }
  checkMayWork(actor);
  if (access.who === 'admin' && actor.role !== 'admin') throw new AppError('ADMIN_REQUIRED');
  if (access.scope === undefined ? actor.via === 'api_key' : !actor.scopes.has(access.scope))
    throw new AppError('SCOPE_REQUIRED');
}

const withheld: Record<Permission, string> = {
  'chat.edit': 'Your account may not change messages here.',
  'chat.delete': 'Your account may not delete conversations and messages here.',
  'files.upload': 'Your account may not upload files here.',
  'assistants.share': 'Your account may not share assistants here.',
  tools: 'Your account may not let models use tools here.',
  api_keys: 'Your account may not use API keys here.',
};

/** Throws FORBIDDEN unless the person may do what the route is for. Their API keys work only while they may have some. */
export async function checkPermission(
  access: Access,
  { role, via, userId }: Actor,
  permitted: (userId: string) => Promise<ReadonlySet<Permission>>,
): Promise<void> {
  const own = 'permission' in access ? access.permission : undefined;
  const needed = [...(own ? [own] : []), ...(via === 'api_key' ? (['api_keys'] as const) : [])];
  if (role === 'admin' || needed.length === 0) return;
  const may = await permitted(userId);
  const missing = needed.find((permission) => !may.has(permission));
  if (missing)
    throw new AppError('FORBIDDEN', {
      message: withheld[missing],
      details: { suggestion: 'Ask an admin if you need to.' },
    });
}
