import type { Kysely } from 'kysely';
import type { Preferences, Profile, ProfileChanges } from '../../../shared/api/profile.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB, Profiles } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { createRecent } from '../../lib/recent.ts';
import { createProfileRepository } from './profile-repository.ts';

/** Asked before each new chat; what another process has stored counts here after this long. */
const CHOICE_MS = 2_000;

type Deps = { db: Kysely<DB>; engine: Engine; now: Clock };

export type ProfileService = ReturnType<typeof createProfileService>;

/** What a person tells of themselves, and what their pages remember for them. */
export function createProfileService({ db, engine, now }: Deps) {
  const repository = createProfileRepository(db, engine);
  const defaultModels = createRecent<{ id?: string }>({ forMs: CHOICE_MS, now });

  const emptyOf = (userId: string): Profiles => ({
    user_id: userId,
    full_name: null,
    phone: null,
    bio: null,
    timezone: null,
    language: null,
    preferences: '{}',
    updated_at: now(),
  });
  const rowOf = async ({ userId }: Pick<Actor, 'userId'>): Promise<Profiles> =>
    (await repository.find(userId)) ?? emptyOf(userId);

  async function profile(actor: Actor): Promise<Profile> {
    const { full_name, phone, bio, timezone, language } = await rowOf(actor);
    return { full_name, phone, bio, timezone, language };
  }
  const preferences = async (actor: Pick<Actor, 'userId'>): Promise<Preferences> =>
    JSON.parse((await rowOf(actor)).preferences) as Preferences;

  return {
    profile,
    async changeProfile(actor: Actor, changes: ProfileChanges): Promise<Profile> {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      // An empty field of a form says nothing, as null does.
      const told = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value || null]));
      await repository.change(emptyOf(actor.userId), { ...told, updated_at: now() });
      return profile(actor);
    },

    /** Undefined where they told none. */
    timezone: async (userId: string): Promise<string | undefined> => (await rowOf({ userId })).timezone ?? undefined,

    preferences,
    /** The model that new conversations begin with, as the person's pages remember it. */
    defaultModel: async (userId: string): Promise<string | undefined> =>
      (
        await defaultModels.getOr(userId, async () => {
          const { default_model: id } = await preferences({ userId });
          return typeof id === 'string' && id !== '' ? { id } : {};
        })
      ).id,
    /** The whole of them, in place of what was there. */
    async replacePreferences(actor: Actor, next: Preferences): Promise<Preferences> {
      await repository.change(emptyOf(actor.userId), { preferences: JSON.stringify(next), updated_at: now() });
      defaultModels.clear();
      return preferences(actor);
    },
  };
}
