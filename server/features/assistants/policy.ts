import { grant, type Actor, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { AssistantRow } from './repository.ts';

export type UsableAssistant = Authorized<AssistantRow>;
export type ChangeableAssistant = Authorized<AssistantRow & { readonly changeable: true }>;

type Who = Pick<Actor, 'userId' | 'role'>;

/** The repository finds what the person may use, and nothing else: of anything else they learn nothing. */
export function authorizeUse(row: AssistantRow | undefined): UsableAssistant {
  if (!row) throw new AppError('NOT_FOUND', { message: 'There is no such assistant.' });
  return grant(row);
}

/** One's own; what is offered to everyone also for admins. */
export const mayChange = ({ userId, role }: Who, row: AssistantRow): boolean =>
  row.user_id === userId || (row.everyone === 1 && role === 'admin');

/** FORBIDDEN to those who may use it only. */
export function authorizeChange(actor: Who, row: AssistantRow | undefined): ChangeableAssistant {
  const usable = authorizeUse(row);
  if (!mayChange(actor, usable))
    throw new AppError('FORBIDDEN', {
      message: `Only ${usable.owner_name} may change this assistant.`,
      details: { suggestion: 'Make a copy and change that.' },
    });
  return grant({ ...usable, changeable: true as const });
}

/** Only admins offer an assistant to everyone. */
export function checkOffering({ role }: Who, everyone: boolean | undefined): void {
  if (everyone === true && role !== 'admin')
    throw new AppError('FORBIDDEN', { message: 'Only an admin may offer an assistant to everyone.' });
}
