import { pino } from 'pino';
import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { newId } from '../../lib/ids.ts';
import { presentUser } from '../auth/present.ts';
import { createApiKeyService } from './service.ts';

describeEachDatabase('API keys', (database) => {
  it('are found by the new and the old key, and die with their person', async () => {
    const { db } = database();
    const userId = newId();
    const at = Date.now();
    await db
      .insertInto('users')
      .values({
        id: userId,
        email: 'a@example.org',
        username: null,
        username_key: null,
        name: 'A',
        role: 'user',
        is_active: 1,
        password_hash: null,
        email_verified: 0,
        created_at: at,
        updated_at: at,
        last_active_at: null,
      })
      .execute();
    const keys = createApiKeyService({
      db,
      mostDays: () => Promise.resolve(0),
      lacksSecondFactor: () => Promise.resolve(false),
      events: { publish: () => undefined },
      presentUser,
      logger: pino({ level: 'silent' }),
      now: () => at,
    });
    const actor: Actor = {
      userId,
      role: 'user',
      scopes: new Set(),
      sessionId: newId(),
      via: 'cookie',
      lacksSecondFactor: false,
    };
    const made = await keys.create(actor, { name: 'Über 🗝', expires_in_days: 36_500 });
    expect((await keys.create(actor, { name: 'another' })).previous_expires_at).toBeNull();
    const rotated = await keys.rotate(actor, made.id);
    const twice = await Promise.allSettled([keys.rotate(actor, made.id, 0), keys.rotate(actor, made.id, 0)]);
    expect(twice.some(({ status }) => status === 'fulfilled')).toBe(true);
    await expect(keys.byKey(made.key)).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await expect(keys.byKey(rotated.key)).rejects.toBeTruthy();
    const last = await keys.rotate(actor, made.id, 60);
    expect((await keys.byKey(last.key)).actor).toMatchObject({ userId, via: 'api_key', sessionId: null });
    expect((await keys.list(actor, { limit: 1 })).items).toMatchObject([{ name: 'another' }]);
    expect((await keys.list(actor, { limit: 5, cursor: undefined })).items[1]).toMatchObject({ name: 'Über 🗝' });
    await db.deleteFrom('users').where('id', '=', userId).execute();
    expect(await keys.verify(last.key)).toEqual({ valid: false });
  });
});
