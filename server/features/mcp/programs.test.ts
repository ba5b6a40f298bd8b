import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../config.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

const program = fileURLToPath(new URL('../../../test/mcp/stdio-server.ts', import.meta.url));
const path = '/api/admin/mcp-servers';
let folder: string;
let llm: FakeLlm;
let app: TestApp;
let ada: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-mcp-'));
  const config = {
    mcpServers: {
      'Local Tools': { command: process.execPath, args: [program], env: { MARK: 'for ${WHOM}' } },
      off: { command: 'no-such-program', disabled: true },
      Gone: { command: 'no-such-program-here' },
    },
  };
  await writeFile(join(folder, 'mcp.json'), JSON.stringify(config));
  llm = await createFakeLlm();
  app = await createTestApp({
    env: {
      MCP_CONFIG: join(folder, 'mcp.json'),
      WHOM: 'tests',
      OPENAI_BASE_URL: `${llm.url}/v1`,
      OPENAI_API_KEY: 'sk-of-the-server',
      DEFAULT_AI_PROVIDER: 'openai',
    },
  });
  ada = await app.person('ada');
});
afterAll(async () => {
  await llm.close();
  await rm(folder, { recursive: true, force: true });
});

async function called(name: string): Promise<Json> {
  llm.script({ toolCalls: [{ name, arguments: {} }] });
  const events = await ada.chat({ content: 'Please', tools: [name] });
  return events.find(({ event }) => event === 'tool_result')?.data;
}
const jsonIn = (content: string): Json => JSON.parse(content.slice(content.search(/[[{]/)));
/** A process that has ended and was not fetched by its parent yet runs no more. */
const runs = (pid: number): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout.trim());
};

it('are shown without their arguments, and are not an admin’s to change but for who may use them', async () => {
  const { items } = (await ada.get(path)).body;
  expect(items.map(({ id, name }: Json) => [id, name])).toEqual([
    ['local-tools', 'Local Tools'],
    ['gone', 'Gone'],
  ]);
  expect(items[0]).toMatchObject({ source: 'configuration', transport: 'stdio', url: null, command: process.execPath });
  expect(JSON.stringify(items)).not.toContain('for tests');
  expect((await ada.patch(`${path}/local-tools`, { name: 'Mine' })).status).toBe(409);
  expect((await ada.delete(`${path}/local-tools`)).status).toBe(409);
  expect((await ada.post(`${path}/local-tools/test`)).body).toMatchObject({ ok: true, error: null });
  expect(
    (await ada.patch(`${path}/local-tools`, { unasked: ['environment', 'pids', 'go'] })).body.unasked,
  ).toHaveLength(3);
});

it('get an environment of their own, and nothing of the server’s', async () => {
  const env = jsonIn((await called('local-tools__environment')).content);
  expect(env.MARK).toBe('for tests');
  expect(Object.keys(env).filter((name) => !['MARK', 'PATH', '__CF_USER_TEXT_ENCODING'].includes(name))).toEqual([]);
});

it('are started again when they have ended', async () => {
  expect((await called('local-tools__go')).content).toBe('Local Tools could not be reached.');
  expect((await called('local-tools__environment')).is_error).toBe(false);
});

it('say what failed where there is no such program', async () => {
  expect((await ada.post(`${path}/gone/test`)).body).toMatchObject({ ok: false, error: 'Gone could not be reached.' });
});

it('end with the server, and so does what they have started', async () => {
  const pids = jsonIn((await called('local-tools__pids')).content) as number[];
  expect(pids.map(runs)).toEqual([true, true]);
  await app.close();
  for (const pid of pids) await expect.poll(() => runs(pid)).toBe(false);
});

it.each([
  ['{', 'is not JSON'],
  ['{}', 'mcpServers is not right'],
  ['{"mcpServers": {"a": {}}}', 'mcpServers.a is not right'],
  ['{"mcpServers": {"a": {"command": "x"}, "A": {"command": "x"}}}', 'too like another'],
  ['{"mcpServers": {"a": {"url": "file:///etc/passwd"}}}', 'is not right'],
  ['{"mcpServers": {"a": {"command": "${NOBODY_SET_THIS}"}}}', 'NOBODY_SET_THIS, which is not set'],
])('a file %s stops the start with a sentence', async (text, said) => {
  const file = join(folder, 'wrong.json');
  await writeFile(file, text);
  expect(() => loadConfig({ env: { MCP_CONFIG: file, DATA_DIR: folder }, cwd: folder })).toThrow(said);
});
