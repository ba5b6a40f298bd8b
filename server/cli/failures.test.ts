import { describe, expect, it } from 'vitest';
import type { Config } from '../config.ts';
import { explainFailure } from './failures.ts';

const config = (over: Partial<Config> = {}): Config =>
  ({
    host: '127.0.0.1',
    port: 8080,
    dataDir: '/srv/carrel',
    database: { url: 'postgres://carrel:hunter2@db.lan:5432/carrel' },
    ...over,
  }) as Config;

const failure = (fields: Record<string, unknown>, message = 'failed'): Error =>
  Object.assign(new Error(message), fields);

describe('what keeps the server from starting is said in one line', () => {
  it.each([
    [{ code: 'EADDRINUSE', syscall: 'listen' }, 'Port 8080 is taken. Stop what uses it, or start with PORT=8081.'],
    [
      { code: 'EADDRNOTAVAIL', syscall: 'listen' },
      'HOST: "127.0.0.1" is not an address of this machine. Example: HOST=127.0.0.1',
    ],
    [
      { code: 'ENOSPC', syscall: 'write' },
      'The disk is full. Free some space (the data is in /srv/carrel) and start again.',
    ],
    [{ code: 'SQLITE_FULL' }, 'The disk is full.'],
    [{ code: 'EROFS', path: '/srv/carrel/files' }, '/srv/carrel/files cannot be written (EROFS).'],
    [
      { code: 'ECONNREFUSED', syscall: 'connect' },
      'The database at postgres://db.lan:5432/carrel cannot be reached (ECONNREFUSED).',
    ],
    [
      { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'db.lan' },
      'The database at postgres://db.lan:5432/carrel cannot be reached (ENOTFOUND).',
    ],
    [{ code: '28P01' }, 'refuses this user or password. Correct DATABASE_URL.'],
    [{ code: 'ER_BAD_DB_ERROR' }, 'There is no database at postgres://db.lan:5432/carrel.'],
    [{ code: '42501' }, 'Name one who may in DATABASE_MIGRATE_URL.'],
  ])('%j', (fields, line) => {
    const said = explainFailure(failure(fields), config());
    expect(said).toContain(line);
    expect(said).not.toMatch(/\n|hunter2/);
  });

  it('a low port needs rights', () => {
    expect(explainFailure(failure({ code: 'EACCES', syscall: 'listen' }), config({ port: 80 }))).toBe(
      'Port 80 needs more rights than this user has. Start with PORT=8080.',
    );
  });

  it('a schema from the future speaks for itself', () => {
    const message = 'This data was made by a newer Carrel: it has the change "9", which this version does not know.';
    expect(explainFailure(new Error(message), config())).toBe(message);
  });

  it('what nobody foresaw is left to be shown whole', () => {
    expect(explainFailure(new TypeError('x is not a function'), config())).toBeUndefined();
  });
});
