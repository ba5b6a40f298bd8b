import { grant, type Actor, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { PromptRow } from './repository.ts';

export type ReadablePrompt = Authorized<PromptRow>;
export type ChangeablePrompt = Authorized<PromptRow & { readonly changeable: true }>;

const noPrompt = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such prompt.' });

/** One's own, and what is shared with everyone. */
export function authorizeReading({ userId }: Actor, row: PromptRow | undefined): ReadablePrompt {
  if (!row || (row.user_id !== userId && row.shared !== 1)) throw noPrompt();
  return grant(row);
}

/** One's own; what is shared with everyone also for admins. FORBIDDEN to others, who can see that it is there. */
export function authorizeChange(actor: Actor, row: PromptRow | undefined): ChangeablePrompt {
  const readable = authorizeReading(actor, row);
  if (readable.user_id !== actor.userId && actor.role !== 'admin')
    throw new AppError('FORBIDDEN', { message: 'This prompt is shared with everyone. Only an admin may change it.' });
  return grant({ ...readable, changeable: true as const });
}

/** Only admins offer a prompt to everyone. */
export function checkSharing({ role }: Actor, shared: boolean | undefined): void {
  if (shared === true && role !== 'admin')
    throw new AppError('FORBIDDEN', { message: 'Only an admin may share a prompt with everyone.' });
}
