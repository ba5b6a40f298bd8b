import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig, type Config } from '../config.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carrel-sources-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const load = (env: Record<string, string>): Config => loadConfig({ env, cwd });

it('knows which variables have a value, from the environment, .env and files, and which are only there', () => {
  writeFileSync(join(cwd, '.env'), 'PASSWORD_POLICY=composition\n');
  writeFileSync(join(cwd, 'key'), 'sk-of-a-file');
  const { given, prefer } = load({ SIGNUP_MODE: 'open', HIBP_ENABLED: '', OPENAI_API_KEY_FILE: 'key' }).settings;
  const names = ['SIGNUP_MODE', 'PASSWORD_POLICY', 'HIBP_ENABLED', 'OPENAI_API_KEY', 'SESSION_TIMEOUT_MINUTES'];
  expect(names.filter((name) => given.has(name))).toEqual(['SIGNUP_MODE', 'PASSWORD_POLICY', 'OPENAI_API_KEY']);
  expect(prefer).toBe('environment');
  expect(load({ CONFIG_PREFER: 'stored' }).settings.prefer).toBe('stored');
  expect(() => load({ CONFIG_PREFER: 'page' })).toThrow(/^CONFIG_PREFER: "page" is none of environment, stored/);
});

it('reads who needs a second factor', () => {
  const rolesOf = (value: string) => load({ SECOND_FACTOR_ROLES: value }).auth.secondFactorRoles;
  expect([rolesOf('Admin, user,admin'), rolesOf('none'), rolesOf('')]).toEqual([['admin', 'user'], [], []]);
  for (const wrong of ['admin,root', 'none,admin', 'admin,'])
    expect(() => rolesOf(wrong)).toThrow(/^SECOND_FACTOR_ROLES: .* is not a list of admin, user/);
});
