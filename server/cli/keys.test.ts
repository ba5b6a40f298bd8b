import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, '..', 'main.ts');
let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carrel-keys-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function keys(args: string[], env: Record<string, string> = {}) {
  const options = { cwd, env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'keys', ...args], options);
  return { status, lines: stdout.trim().split('\n'), stderr };
}

describe('carrel keys', () => {
  it('rotates: a new key signs, the old one is listed with the end of its overlap', () => {
    const [before] = keys(['list']).lines;
    expect(before).toMatch(/^[\w-]{43} {2}ES256 {2}signs$/);
    const { status, lines } = keys(['rotate']);
    expect([status, lines[0]]).toEqual([0, expect.stringMatching(/^[\w-]{43} signs now\./)]);
    const after = keys(['list']).lines;
    expect(after).toHaveLength(2);
    expect(after[0]).toBe(`${String(lines[0]).slice(0, 43)}  ES256  signs`);
    expect(after[1]).toMatch(new RegExp(`^${String(before).slice(0, 43)}  ES256  verifies until \\d{4}-`));
  });

  it('makes the key of another algorithm ahead of time, once', () => {
    const first = keys(['generate', 'eddsa']);
    expect([first.status, first.lines[0]]).toEqual([0, expect.stringMatching(/ {2}EdDSA {2}.*jwt-eddsa\.pem$/)]);
    expect(first.lines[1]).toContain('JWT_ALGORITHM=EdDSA');
    expect(keys(['generate', 'EdDSA']).lines).toEqual(first.lines);
    expect(keys(['list'], { JWT_ALGORITHM: 'EdDSA' }).lines).toEqual([
      `${String(first.lines[0]).slice(0, 43)}  EdDSA  signs`,
    ]);
  });

  it('leaves a key alone that the environment gives', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const env = { JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    expect(keys(['rotate'], env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('JWT_PRIVATE_KEY') as string,
    });
    expect(keys(['list'], env).lines).toEqual([expect.stringContaining('(JWT_PRIVATE_KEY)')]);
    expect(readdirSync(join(cwd, 'data', 'keys'))).toEqual(['secret.key']);
  });

  it.each([[[]], [['sell']], [['list', 'more']], [['generate', 'HS256']], [['rotate', 'ES256']]])(
    'refuses %j',
    (args) => {
      expect(keys(args)).toMatchObject({ status: 64, stderr: expect.stringContaining('keys takes') as string });
    },
  );
});
