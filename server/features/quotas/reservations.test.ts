import { pino } from 'pino';
import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createTransactor } from '../../db/transaction.ts';
import { days, minutes } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { createQuotaService } from './service.ts';

const usage = { model: 'here/small', prompt_tokens: 30, completion_tokens: 20 };
const noon = Math.floor(Date.now() / days(1)) * days(1) + days(0.5);

describeEachDatabase('reservations', (database) => {
  const clock = { now: noon };

  /** Quotas as one process has them. */
  const processOf = ({ tokens = 1_000_000 as number | null } = {}) =>
    createQuotaService({
      ...database(),
      inTransaction: createTransactor(database()),
      defaults: { messagesPerDay: null, tokensPerDay: tokens, storageBytes: null },
      storedBytes: () => Promise.resolve(0),
      costOf: () => null,
      events: { publish: () => undefined },
      audit: { record: () => Promise.resolve() },
      logger: pino({ level: 'silent' }),
      now: () => clock.now,
    });

  async function person(): Promise<string> {
    const id = newId();
    await database()
      .db.insertInto('users')
      .values({
        id,
        email: `${id}@example.org`,
        username: null,
        username_key: null,
        name: 'A',
        role: 'user',
        is_active: 1,
        password_hash: null,
        email_verified: 0,
        created_at: clock.now,
        updated_at: clock.now,
        last_active_at: null,
      })
      .execute();
    return id;
  }
  const history = (userId: string) =>
    database().db.selectFrom('usage_models').selectAll().where('user_id', '=', userId).execute();

  it('let the last tokens go once, of 50 calls at once, and count what the call did cost', async () => {
    const quotas = processOf({ tokens: 100 });
    const ada = await person();
    const asked = await Promise.allSettled(Array.from({ length: 50 }, () => quotas.reserve(ada, { tokens: 60 })));
    const taken = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    // 0 and 60 leave some, 120 does not.
    expect(taken).toHaveLength(2);
    for (const each of asked)
      if (each.status === 'rejected')
        expect(each.reason).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { retry_after: 43_200 } });
    expect((await quotas.own(ada)).used).toMatchObject({ messages: 2, tokens: 120 });
    const [one, other] = taken;
    await one?.settle(usage);
    expect((await quotas.own(ada)).used).toMatchObject({ messages: 2, tokens: 110 });
    await other?.release();
    await other?.settle(usage);
    await one?.release();
    await one?.settle(usage);
    expect((await quotas.own(ada)).used).toMatchObject({ messages: 1, tokens: 50 });
    expect(await history(ada)).toMatchObject([{ ...usage, messages: 1 }]);
  });

  it('give back what a dead process held, and nothing of one that lives', async () => {
    const [dead, alive] = [processOf(), processOf()];
    const ada = await person();
    await dead.reserve(ada, { tokens: 500 });
    const kept = await alive.reserve(ada, { tokens: 70 });
    clock.now += minutes(1);
    await alive.reservations.beat();
    expect((await alive.own(ada)).used).toMatchObject({ messages: 1, tokens: 70 });
    await alive.reservations.beat();
    await kept.settle(usage);
    expect((await alive.own(ada)).used).toMatchObject({ messages: 1, tokens: 50 });
  });

  it('count in full what was given back too early, and forget who is gone', async () => {
    const [slow, other] = [processOf(), processOf()];
    const [ada, ben] = [await person(), await person()];
    const late = await slow.reserve(ada, { tokens: 500 });
    const gone = await slow.reserve(ben, { tokens: 500 });
    clock.now += minutes(1);
    await other.reservations.beat();
    expect((await other.own(ada)).used).toMatchObject({ messages: 0, tokens: 0 });
    await late.settle(usage);
    expect((await other.own(ada)).used).toMatchObject({ messages: 1, tokens: 50 });
    await database().db.deleteFrom('users').where('id', '=', ben).execute();
    await gone.settle(usage);
    expect(await history(ben)).toEqual([]);
    await slow.reservations.stop();
  });

  it('of people without limits are counted together, and are there for whoever looks', async () => {
    const quotas = processOf({ tokens: null });
    const [ada, gone] = [await person(), await person()];
    const made = await Promise.all(Array.from({ length: 20 }, () => quotas.reserve(ada, { tokens: 60 })));
    const lost = await quotas.reserve(gone, { tokens: 60 });
    await database().db.deleteFrom('users').where('id', '=', gone).execute();
    await lost.settle(usage);
    await Promise.all(made.slice(1).map((each) => each.settle(usage)));
    await made[0]?.release();
    await made[0]?.settle(usage);
    await made[1]?.settle(usage);
    expect((await quotas.own(ada)).used).toMatchObject({ messages: 19, tokens: 950 });
    expect(await history(ada)).toMatchObject([{ messages: 19, prompt_tokens: 570, completion_tokens: 380 }]);
    expect(await history(gone)).toEqual([]);
    expect(await database().db.selectFrom('quota_holds').select('id').where('user_id', '=', ada).execute()).toEqual([]);
  });

  it('count what was used before there was a limit', async () => {
    const [free, limited] = [processOf({ tokens: null }), processOf({ tokens: 40 })];
    const ada = await person();
    await (await free.reserve(ada, { tokens: 60 })).settle(usage);
    await free.reservations.stop();
    await expect(limited.reserve(ada, { tokens: 1 })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('add up by day and model, and count on the day on which was asked', async () => {
    const quotas = processOf();
    const ada = await person();
    const before = clock.now;
    const late = await quotas.reserve(ada, { tokens: 1 });
    clock.now += days(1);
    await late.settle(usage);
    for (const model of ['here/small', 'here/small', 'there/large'])
      await (await quotas.reserve(ada, { tokens: 1 })).settle({ ...usage, model });
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    const rows = (await history(ada)).map((row) => `${row.day} ${row.model} ${row.messages} ${row.prompt_tokens}`);
    expect(rows.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      `${day(before)} here/small 1 30`,
      `${day(clock.now)} here/small 2 60`,
      `${day(clock.now)} there/large 1 30`,
    ]);
  });
});
