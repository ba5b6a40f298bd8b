import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

describe('passwords', () => {
  it('are hashed with Argon2id at the cost that is promised, each with its own salt', async () => {
    const passwords = createPasswords();
    const [one, two] = await Promise.all([passwords.hash('a secret'), passwords.hash('a secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(two).not.toBe(one);
    expect(await passwords.verify(one, 'a secret')).toBe(true);
    expect(await passwords.verify(one, 'a secreT')).toBe(false);
  });

  it('are the same however their letters were composed', async () => {
    const passwords = createPasswords();
    expect(await passwords.verify(await passwords.hash('Café'.normalize('NFC')), 'Café'.normalize('NFD'))).toBe(true);
  });

  it('never fit where there is no hash', async () => {
    expect(await createPasswords().verify(null, '')).toBe(false);
  });

  it.each([
    ['2a', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['2b', 'U*U', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['2y', 'U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ])('of bcrypt ($%s$) fit, and are to be hashed anew', async (_kind, secret, stored) => {
    const passwords = createPasswords();
    expect(await passwords.verify(stored, secret)).toBe(true);
    expect(await passwords.verify(stored, `${secret}!`)).toBe(false);
    expect(await passwords.verify(stored, '')).toBe(false);
    expect(passwords.isOutdated(stored)).toBe(true);
    expect(passwords.isOutdated(await passwords.hash(secret))).toBe(false);
  });

  it('of bcrypt wait in the same line', async () => {
    const passwords = createPasswords({ width: 1, maxWaiting: 0 });
    const stored = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    const [first, second] = await Promise.allSettled([
      passwords.verify(stored, 'U*U'),
      passwords.verify(stored, 'U*U'),
    ]);
    expect([first, second]).toMatchObject([{ value: true }, { reason: { code: 'RATE_LIMITED' } }]);
  });

  it('wait in a line of bounded length, and the line goes on after a refusal', async () => {
    const passwords = createPasswords({ width: 1, maxWaiting: 2 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.hash('x')));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(results[4]).toMatchObject({ reason: { code: 'RATE_LIMITED', details: { retry_after: 3 } } });
    await expect(passwords.hash('x')).resolves.toContain('$argon2id$');
  });

  it('are hashed by no thread any more once they are closed', async () => {
    const passwords = createPasswords();
    await passwords.hash('x');
    await passwords.close();
    await expect(passwords.hash('x')).rejects.toThrow('closed');
  });

  it('give their place in the line back when the work fails', async () => {
    const passwords = createPasswords({ width: 1, maxWaiting: 1 });
    await expect(passwords.verify('no hash at all', 'x')).rejects.toThrow();
    await expect(passwords.hash('x')).resolves.toContain('$argon2id$');
  });
});
