import type { Role } from '../../../shared/permissions.ts';
import type { Entry } from './entry.ts';

/** Who wants to use a model. */
export type Viewer = { readonly userId: string; readonly role: Role };

/** What the rest of the instance knows of people. */
export type People = {
  /** Ids of the groups that somebody is in. */
  groupsOf(userId: string): Promise<readonly string[]>;
  /** The model that they chose for themselves. */
  defaultModel(userId: string): Promise<string | undefined>;
  /** The one that is chosen for their group. */
  groupDefaultModel(userId: string): Promise<string | undefined>;
};

/** The providers that somebody may use; to them there are no others. Admins may use all. */
export async function permitted(entries: readonly Entry[], viewer: Viewer, people: People): Promise<readonly Entry[]> {
  if (viewer.role === 'admin' || entries.every(({ rules }) => rules.groupIds === null)) return entries;
  const groups = new Set(await people.groupsOf(viewer.userId));
  return entries.filter(({ rules: { groupIds } }) => groupIds === null || groupIds.some((id) => groups.has(id)));
}
