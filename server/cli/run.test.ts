import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRedis } from '../../test/servers.ts';

const main = join(import.meta.dirname, '..', 'main.ts');
const redis = await startRedis({ password: 's3cret' });
afterAll(() => redis?.stop());
let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carrel-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, said, ended };
}

const run = (args: string[], env?: Record<string, string>) => start(args, env).ended;

describe('the command line', () => {
  it('knows its version and explains itself', async () => {
    const { version } = JSON.parse(readFileSync(join(main, '..', '..', 'package.json'), 'utf8')) as { version: string };
    expect(await run(['version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
    expect((await run(['--help'])).out).toContain('migrate status');
  });

  it.each([[['fly']], [['--fast']], [['serve', 'now']], [['migrate', 'down']]])(
    'refuses what it does not know: %j',
    async (args) => {
      const { code, out, err } = await run(args);
      expect({ code, out }).toEqual({ code: 64, out: '' });
      expect(err.trim().split('\n')).toHaveLength(1);
    },
  );

  it('ends with one line where a variable is wrong', async () => {
    expect(await run(['serve'], { PORT: '80a' })).toEqual({
      code: 78,
      out: '',
      err: 'PORT: "80a" is not a port number. Example: PORT=8080\n',
    });
  });

  it('migrates, once, and tells', async () => {
    expect((await run(['migrate', 'status'])).out).toMatch(/^0001-\S+ {2}not applied$/m);
    expect((await run(['migrate'])).out).toMatch(/^\d+ steps applied\. The database is up to date\.\n$/);
    expect((await run(['migrate'])).out).toBe('The database is up to date.\n');
    expect((await run(['migrate', 'status'])).out).not.toContain('not applied');
  });

  it('tells what it finds, without making a database', async () => {
    const { out } = await run(['doctor'], { DATABASE_URL: 'sqlite:none.db' });
    expect(out).toMatch(/^ok {4}Database {3}.*none\.db, made on first start$/m);
    expect(out).toMatch(/Librarian/);
    expect(out).toMatch(/^- {5}Redis {6}not set/m);
  });

  describe.runIf(redis)('looks at Redis', () => {
    const look = async (url: string): Promise<string> => {
      const { out } = await run(['doctor'], { DATABASE_URL: 'sqlite:none.db', REDIS_URL: url });
      expect(out).not.toContain('s3cret');
      return out;
    };

    it('says its version, and what it does when its memory is full', async () => {
      const url = redis?.url ?? '';
      expect(await look(url)).toMatch(/^ok {4}Redis {6}\d+\.\d+\.\d+ answers at 127\.0\.0\.1:\d+$/m);
      const client = new Redis(url);
      await client.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
      client.disconnect();
      expect(await look(url)).toMatch(/^ok {4}Redis .*\(allkeys-lru\): set maxmemory-policy to noeviction$/m);
    });

    it('says why it does not answer', async () => {
      const wrong = redis?.url.replace(/:[^:@]*@/, ':s3cret-but-wrong@') ?? '';
      expect(await look(wrong)).toMatch(/^FAIL {2}Redis {6}127\.0\.0\.1:\d+ does not answer \(.*WRONGPASS.*\)/m);
      expect(await look('redis://127.0.0.1:1')).toMatch(/^FAIL {2}Redis .*ECONNREFUSED/m);
    });
  });
});

describe('serve', () => {
  it('says where, stops on SIGTERM with 0', async () => {
    const server = start(['serve'], { PORT: '0', NODE_ENV: 'test', STRUCTURED_LOGGING: 'false' });
    await expect.poll(() => server.said.out, { timeout: 20_000 }).toMatch(/^Open http:\/\/localhost:\d+$/m);
    const address = /http:\/\/localhost:\d+/.exec(server.said.out)?.[0];
    expect((await fetch(`${address}/health`)).status).toBe(200);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, err: '' });
  });

  it('says so when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run(['serve'], { PORT: String(port), NODE_ENV: 'test' });
    other.close();
    expect({ code, err }).toEqual({
      code: 1,
      err: `Port ${port} is taken. Stop what uses it, or start with PORT=${port + 1}.\n`,
    });
  });
});
