import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, describeEachDatabase } from '../../../test/databases.ts';
import type { Database } from '../../db/database.ts';
import { createTransactor } from '../../db/transaction.ts';
import { canonicalJson } from './chain.ts';
import { csvCell } from './export.ts';
import { createAuditService } from './service.ts';

const auditOver = (database: Database) => {
  let at = Date.UTC(2030, 0, 1);
  const context = () => ({
    requestId: 'r1',
    ip: '192.0.2.1',
    userAgent: 'A\u{1F600}'.repeat(400),
    acceptLanguage: '',
    actorId: null,
  });
  return createAuditService({
    db: database.db,
    inTransaction: createTransactor(database),
    context,
    logger: pino({ level: 'silent' }),
    now: () => (at += 1_000),
  });
};

describeEachDatabase('the audit log', (database) => {
  it('is one chain, however many write at once from several processes', async () => {
    const first = auditOver(database());
    const writers = [first, auditOver(database().another()), auditOver(database().another())];
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        (writers[n % 3] ?? first).record({ action: 'sign_in.failed', detail: { n, code: 'INVALID_CREDENTIALS' } }),
      ),
    );
    expect(await first.verify()).toMatchObject({ ok: true, entries: 60, broken_at: null });
    const { items } = await first.list({ limit: 200 });
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, n) => 60 - n));
    expect(new Set(items.map(({ detail }) => detail['n'])).size).toBe(60);
  });
});

describe('what somebody with the database can do', () => {
  const tampered = async (change: (db: Database['db']) => Promise<unknown>) => {
    const database = await createTestDatabase('sqlite');
    try {
      const audit = auditOver(database);
      for (let n = 0; n < 5; n += 1) await audit.record({ action: 'sign_out', detail: { n } });
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 5 });
      await change(database.db);
      return await audit.verify();
    } finally {
      await database.close();
    }
  };

  it('shows: a changed entry', async () => {
    for (const change of [{ detail: '{}' }, { ip: '203.0.113.9' }, { actor_name: 'x' }, { at: 1 }]) {
      const found = await tampered((db) => db.updateTable('audit_log').set(change).where('seq', '=', 3).execute());
      expect(found).toMatchObject({ ok: false, broken_at: 3 });
    }
  });
  it('shows: an entry that was taken out', async () => {
    const found = await tampered((db) => db.deleteFrom('audit_log').where('seq', '=', 2).execute());
    expect(found).toMatchObject({ ok: false, broken_at: 2 });
  });
  it('shows: the end cut off', async () => {
    const found = await tampered((db) => db.deleteFrom('audit_log').where('seq', '>', 3).execute());
    expect(found).toMatchObject({ ok: false, broken_at: 4 });
  });
  it('shows: an entry put at the end without the chain', async () => {
    const found = await tampered(async (db) => {
      const last = await db.selectFrom('audit_log').selectAll().where('seq', '=', 5).executeTakeFirstOrThrow();
      await db
        .insertInto('audit_log')
        .values({ ...last, seq: 6, id: crypto.randomUUID() })
        .execute();
      await db.updateTable('audit_head').set({ seq: 6 }).execute();
    });
    expect(found).toMatchObject({ ok: false, broken_at: 6 });
  });
});

it('cells that a spreadsheet would calculate are text', () => {
  expect(['=1+1', '+1', '-1', '@x', '\tx', 'a=b', 'a "b", c'].map(csvCell)).toEqual([
    "'=1+1",
    "'+1",
    "'-1",
    "'@x",
    "'\tx",
    'a=b',
    '"a ""b"", c"',
  ]);
});

it('the same content has the same canonical form', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
});
