import { afterEach, expect, it, vi } from 'vitest';
import { askAhead, takeAhead } from './ahead.ts';
import { createClient } from './client.ts';

const answerWith = (...answers: (Response | Error)[]) => {
  const fetched = vi.fn(() => {
    const next = answers.shift() ?? new Response('{"late":true}');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  vi.stubGlobal('fetch', fetched);
  return fetched;
};

afterEach(() => void vi.unstubAllGlobals());

it('gives the page the answer that was asked for before it ran, once, and whole to both', async () => {
  const fetched = answerWith(new Response('{"first":true}'));
  const client = createClient();
  expect(await (await askAhead('/a')).json()).toEqual({ first: true });
  expect(await client.get('/a')).toEqual({ first: true });
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(await client.get('/a')).toEqual({ late: true });
  expect(fetched).toHaveBeenCalledTimes(2);
});

it('is no answer to what changes something', async () => {
  const fetched = answerWith(new Response('{"first":true}'), new Response('{"changed":true}'));
  await askAhead('/a');
  expect(await createClient().post('/a')).toEqual({ changed: true });
  expect(fetched).toHaveBeenCalledTimes(2);
  expect(await (await takeAhead('/a'))?.json()).toEqual({ first: true });
});

it('tells the page of a refusal, and of a server that could not be reached', async () => {
  const client = createClient();
  answerWith(new Response('{"code":"NOT_FOUND","message":"gone"}', { status: 404 }));
  await askAhead('/a');
  await expect(client.get('/a')).rejects.toMatchObject({ refusal: { status: 404, code: 'NOT_FOUND' } });
  answerWith(new TypeError('no network'));
  await askAhead('/a').catch(() => undefined);
  await expect(client.get('/a')).rejects.toMatchObject({ refusal: { status: 0 } });
  expect(client.reachable.get()).toBe(false);
});
