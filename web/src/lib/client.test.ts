import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  client.hold({ csrf_token: 'old' });
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

describe('where the server takes no session cookie', () => {
  let now: string | null;
  const answer = (body: object): Response => new Response(JSON.stringify(body));
  const signedIn = (): Response => {
    now = `t${Number(now?.slice(1) ?? 0) + 1}`;
    return answer({ csrf_token: 'csrf', access_token: now });
  };
  let mayRefresh: boolean;
  let seen: string[];

  beforeEach(() => {
    [now, mayRefresh, seen] = [null, true, []];
    vi.stubGlobal('fetch', async (path: string, { headers }: { headers: Record<string, string> }) => {
      await Promise.resolve();
      const bearer = headers['authorization'] ?? null;
      seen.push(`${path} ${bearer ?? '-'}`);
      if (path === '/api/auth/login') return signedIn();
      if (path === '/api/auth/refresh') return mayRefresh ? signedIn() : problem(401, 'AUTH_REQUIRED');
      if (bearer === null) return problem(401, 'AUTH_REQUIRED');
      return bearer === `Bearer ${now}` ? answer({ ok: true }) : problem(401, 'TOKEN_EXPIRED');
    });
  });

  it('comes back after a reload by the refresh cookie, and shows its token from then on', async () => {
    const { client, left } = watched();
    expect(await Promise.all([client.get('/a'), client.get('/b')])).toEqual([{ ok: true }, { ok: true }]);
    expect(await client.get('/c')).toEqual({ ok: true });
    expect(seen.filter((call) => call.startsWith('/api/auth/refresh'))).toHaveLength(1);
    expect(seen.at(-1)).toBe('/c Bearer t1');
    expect(client.credentials()).toEqual({ authorization: 'Bearer t1' });
    expect([client.byToken(), left.mock.calls.length]).toEqual([true, 0]);
  });

  it('uses the token of a sign-in, and renews it when its time is over', async () => {
    const { client } = watched();
    client.hold(await client.post('/api/auth/login', {}));
    expect(await client.post('/a')).toEqual({ ok: true });
    now = 't7';
    expect(await client.post('/b')).toEqual({ ok: true });
    expect(seen.slice(-2)).toEqual(['/api/auth/refresh Bearer t1', '/b Bearer t8']);
  });

  it('asks once whether somebody is signed in, and forgets the token on leaving', async () => {
    mayRefresh = false;
    const { client } = watched();
    for (const path of ['/a', '/b']) await expect(client.get(path)).rejects.toMatchObject({ refusal: { status: 401 } });
    expect(seen).toEqual(['/a -', '/api/auth/refresh -', '/b -']);
    client.hold(await client.post('/api/auth/login', {}));
    await client.get('/c');
    client.hold(null);
    await expect(client.get('/d')).rejects.toMatchObject({ refusal: { status: 401 } });
    expect(seen.at(-2)).toBe('/d -');
  });
});
