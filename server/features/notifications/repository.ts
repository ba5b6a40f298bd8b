import type { Kysely } from 'kysely';
import { insertIfAbsent, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { KnownDevices } from '../../db/schema-identity.ts';

export const createNotificationRepository = (db: Kysely<DB>, engine: Engine) => ({
  person: (id: string) =>
    db.selectFrom('users').select(['id', 'email', 'name']).where('id', '=', id).executeTakeFirst(),
  /** What the person chose for themselves. */
  languageOf: async (userId: string): Promise<string | null> =>
    (await db.selectFrom('profiles').select('language').where('user_id', '=', userId).executeTakeFirst())?.language ??
    null,
  session: (id: string) =>
    db.selectFrom('sessions').select(['user_agent', 'ip', 'created_at']).where('id', '=', id).executeTakeFirst(),

  wasSent: async (id: string): Promise<boolean> =>
    (await db.selectFrom('sent_mails').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,
  async markSent(id: string, at: number): Promise<void> {
    await insertIfAbsent(db, engine, 'sent_mails', { id, sent_at: at });
  },
  async forgetSent(before: number): Promise<void> {
    await db.deleteFrom('sent_mails').where('sent_at', '<', before).execute();
  },

  /** When a device was last noted; null for one that is not known. */
  deviceSeenAt: async (mark: string): Promise<number | null> =>
    (await db.selectFrom('known_devices').select('seen_at').where('mark', '=', mark).executeTakeFirst())?.seen_at ??
    null,
  hasDevices: async (userId: string): Promise<boolean> =>
    (await db.selectFrom('known_devices').select('mark').where('user_id', '=', userId).limit(1).executeTakeFirst()) !==
    undefined,
  /** Whether it was not known yet. */
  async addDevice(device: KnownDevices): Promise<boolean> {
    if (await insertIfAbsent(db, engine, 'known_devices', device)) return true;
    await db
      .updateTable('known_devices')
      .set({ seen_at: device.seen_at })
      .where('mark', '=', device.mark)
      .where('seen_at', '<', device.seen_at)
      .execute();
    return false;
  },
  async forgetDevices(before: number): Promise<void> {
    await db.deleteFrom('known_devices').where('seen_at', '<', before).execute();
  },
});
export type NotificationRepository = ReturnType<typeof createNotificationRepository>;
