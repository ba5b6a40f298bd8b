import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClient } from './client.ts';

type Call = { path: string; method: string; csrf: string | null };

let calls: Call[];
let sessionLives: boolean;
let refresh: () => Response | Promise<Response>;

const problem = (status: number, code: string): Response =>
  new Response(JSON.stringify({ code, message: code }), { status });
const woken = (): Response => {
  sessionLives = true;
  return new Response(JSON.stringify({ csrf_token: 'fresh' }));
};

beforeEach(() => {
  calls = [];
  sessionLives = false;
  refresh = woken;
  vi.stubGlobal(
    'fetch',
    async (path: string, { method, headers }: { method: string; headers: Record<string, string> }) => {
      calls.push({ path, method, csrf: headers['x-csrf-token'] ?? null });
      await Promise.resolve();
      if (path === '/api/auth/refresh') return refresh();
      if (path === '/api/auth/login') return problem(401, 'INVALID_CREDENTIALS');
      return sessionLives ? new Response('{"ok":true}') : problem(401, 'SESSION_EXPIRED');
    },
  );
});
afterEach(() => void vi.unstubAllGlobals());

const refreshes = (): number => calls.filter(({ path }) => path === '/api/auth/refresh').length;

function watched() {
  const client = createClient();
  const left = vi.fn();
  client.onSignedOut(left);
  return { client, left };
}

it('wakes a session once for all calls that found it ended, and asks them again with the new token', async () => {
  const { client, left } = watched();
  client.csrf.set('old');
  const answers = await Promise.all([client.get('/a'), client.post('/b'), client.get('/c')]);
  expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
  expect(refreshes()).toBe(1);
  expect(calls.filter(({ path }) => path === '/b').map(({ csrf }) => csrf)).toEqual(['old', 'fresh']);
  expect(left).not.toHaveBeenCalled();
});

it('goes to sign-in when the session cannot be woken', async () => {
  refresh = () => problem(401, 'TOKEN_REVOKED');
  const { client, left } = watched();
  await expect(client.get('/a')).rejects.toMatchObject({ refusal: { code: 'SESSION_EXPIRED' } });
  expect([refreshes(), left.mock.calls.length]).toEqual([1, 1]);
});

it('asks again once and not for ever', async () => {
  refresh = () => new Response('{"csrf_token":"x"}');
  const { client, left } = watched();
  await expect(client.get('/a')).rejects.toMatchObject({ refusal: { code: 'SESSION_EXPIRED' } });
  expect([refreshes(), left.mock.calls.length]).toEqual([1, 1]);
});

it.each([
  ['does not answer', () => Promise.reject(new TypeError('failed to fetch')), 'OFFLINE'],
  ['is restarting', () => problem(503, 'SHUTTING_DOWN'), 'SHUTTING_DOWN'],
] as const)('signs nobody out while the server %s', async (_name, answer, code) => {
  refresh = answer;
  const { client, left } = watched();
  await expect(client.get('/a')).rejects.toMatchObject({ refusal: { code } });
  expect(left).not.toHaveBeenCalled();
});

it('does not take a wrong password for an ended session', async () => {
  const { client, left } = watched();
  await expect(client.post('/api/auth/login', {})).rejects.toMatchObject({ refusal: { code: 'INVALID_CREDENTIALS' } });
  expect([refreshes(), left.mock.calls.length]).toEqual([0, 0]);
});
