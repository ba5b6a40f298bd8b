import { generateSync } from 'otplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../app.ts';
import { Client, type Answer } from '../client.ts';
import { createMailbox } from '../../server/features/notifications/outbox.fixture.ts';
import { describeEachDatabase } from '../databases.ts';
import { createFakeLlm, type FakeLlm } from '../fake-llm/server.ts';

/** What may happen once happens once also where two instances share a database: every second of many at once asks the other. */
describeEachDatabase('of many at once at two instances', (database) => {
  let fake: FakeLlm;
  let here: TestApp;
  let there: TestApp;
  let admin: Client;

  beforeAll(async () => {
    fake = await createFakeLlm();
    const env = {
      DATABASE_URL: database().url,
      OPENAI_BASE_URL: `${fake.url}/v1`,
      OPENAI_API_KEY: 'sk-test',
      DEFAULT_AI_PROVIDER: 'openai',
      SECRET_KEY: Buffer.alloc(32, 7).toString('hex'),
    };
    const quiet = { mail: createMailbox().driver };
    here = await createTestApp({ env, overrides: quiet });
    // The signing keys and files are in the folder that they share.
    there = await createTestApp({ env, dataDir: here.config.dataDir, overrides: quiet });
  });
  afterAll(async () => {
    await there.close();
    await here.close();
    await fake.close();
  });

  const side = (n: number): TestApp => (n % 2 === 0 ? here : there);
  const times = <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => work(n)));
  /** The same person's session, with its cookies as they are now, at either instance. */
  const at = (n: number, person: Client): Client => {
    const copy = new Client(side(n).url);
    copy.cookies = new Map(person.cookies);
    copy.csrfToken = person.csrfToken;
    return copy;
  };
  const passed = (answers: Answer[]): Answer[] => answers.filter(({ status }) => status < 300);
  const codes = (answers: Answer[]): string[] => [
    ...new Set(answers.filter(({ status }) => status >= 300).map(({ body }) => String(body.code))),
  ];

  it('one becomes the first admin', async () => {
    const answers = await times(50, (n) =>
      side(n)
        .stranger()
        .post('/api/auth/setup', { email: `first${n}@example.org`, password: goodPassword }),
    );
    expect([passed(answers).length, codes(answers)]).toEqual([1, ['SETUP_DONE']]);
    const login = passed(answers)[0]?.body.user.email as string;
    admin = here.stranger();
    admin.signedIn((await admin.post('/api/auth/login', { login, password: goodPassword })).body);
    expect((await admin.get('/api/admin/users')).body.items).toHaveLength(1);
  });

  it('one comes in by an invite for one', async () => {
    const { code } = (await admin.post('/api/admin/invites', { max_uses: 1 })).body;
    const answers = await times(50, (n) =>
      side(n)
        .stranger()
        .post('/api/auth/register', { email: `guest${n}@example.org`, password: goodPassword, invite_code: code }),
    );
    expect([passed(answers).length, codes(answers)]).toEqual([1, ['INVALID_INVITE']]);
  });

  it('one message is the last of a quota', async () => {
    const person = await newcomer('frugal');
    await admin.put(`/api/admin/users/${person.id}/quota`, { messages_per_day: 1, tokens_per_day: null });
    const answers = await times(50, (n) => at(n, person).post('/api/chat/message', { content: 'A question' }));
    expect([passed(answers).length, codes(answers)]).toEqual([1, ['QUOTA_EXCEEDED']]);
  });

  it('one of two admins is left who demote each other', async () => {
    const second = await newcomer('second');
    await admin.patch(`/api/admin/users/${second.id}`, { role: 'admin' });
    await Promise.all([
      at(0, admin).patch(`/api/admin/users/${second.id}`, { role: 'user' }),
      at(1, second).patch(`/api/admin/users/${admin.id}`, { role: 'user' }),
    ]);
    const { db } = database();
    const left = await db.selectFrom('users').select('email').where('role', '=', 'admin').execute();
    expect(left).toHaveLength(1);
    admin = here.stranger();
    admin.signedIn((await admin.post('/api/auth/login', { login: left[0]?.email, password: goodPassword })).body);
  });

  it('all tabs stay signed in that refresh with one token', async () => {
    const person = await newcomer('tabs');
    const tabs = Array.from({ length: 20 }, (_, n) => at(n, person));
    const answers = await Promise.all(tabs.map((tab) => tab.post('/api/auth/refresh')));
    expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
    for (const tab of tabs) expect((await tab.get('/api/users/me')).status).toBe(200);
  });

  it('one gets in with a code of the second factor, and one with a backup code', async () => {
    const person = await newcomer('factor');
    const { secret } = (await person.post('/api/auth/totp/enroll')).body;
    const code = (steps: number): string =>
      generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + steps * 30 });
    const { backup_codes } = (await person.post('/api/auth/totp/confirm', { code: code(-1) })).body;
    for (const given of [code(0), String(backup_codes[0])]) {
      const challenges = await times(20, async (n) => {
        const { body } = await side(n)
          .stranger()
          .post('/api/auth/login', { login: person.user?.email, password: goodPassword });
        return String(body.details.challenge);
      });
      const answers = await times(20, (n) =>
        side(n).stranger().post('/api/auth/login/totp', { challenge: challenges[n], code: given }),
      );
      expect(passed(answers)).toHaveLength(1);
      expect(['ACCOUNT_LOCKED', 'TOTP_INVALID']).toEqual(expect.arrayContaining(codes(answers)));
      await database().db.deleteFrom('factor_failures').execute();
    }
  });

  async function newcomer(name: string): Promise<Client> {
    const person = here.stranger();
    const { status, body } = await person.post('/api/auth/register', {
      email: `${name}@example.org`,
      password: goodPassword,
      name,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return person.signedIn(body);
  }
});
