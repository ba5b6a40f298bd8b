import { hash } from '@node-rs/bcrypt';
import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';
import { authOver, from } from './auth.fixture.ts';

const password = 'brought along from elsewhere';

describeEachDatabase('accounts with a bcrypt hash', (database) => {
  it.each(['2a', '2b', '2y'] as const)('sign in ($%s$), and have an Argon2id hash after it', async (version) => {
    const { auth } = authOver(database());
    if (await auth.isSetupPending())
      await auth.setup({ email: 'admin@example.org', password: 'correct horse battery staple' }, from());
    const email = `${newId()}@example.org`;
    await auth.register({ email, password: 'correct horse battery staple' }, from());
    const stored = await hash(password, { cost: 4, version });
    await database().db.updateTable('users').set({ password_hash: stored }).where('email', '=', email).execute();
    const hashNow = async (): Promise<string> =>
      (
        await database()
          .db.selectFrom('users')
          .select('password_hash')
          .where('email', '=', email)
          .executeTakeFirstOrThrow()
      ).password_hash ?? '';
    const login = (tried: string) => auth.login({ login: email, password: tried, remember: false }, from());

    await expect(login(`${password}!`)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(await hashNow()).toBe(stored);
    const together = await Promise.allSettled(Array.from({ length: 8 }, () => login(password)));
    expect(together.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'fulfilled'));
    expect(await hashNow()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await login(password);
    await expect(login(`${password}!`)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });
});
