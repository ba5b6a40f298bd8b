import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { days, toIso } from '../../lib/clock.ts';
import { exportDays } from './jobs.ts';

it('the log of each day that is over is in the object store, once, also of days that were missed', async () => {
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const app = await createTestApp({
    env: { SESSION_TIMEOUT_MINUTES: '525600', SESSION_ABSOLUTE_DAYS: '365' },
    overrides: { now },
  });
  const { jobs, store } = app.carrel.services;
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const key of store.list('audit/')) found.push(key);
    return found.toSorted();
  };
  const dayNow = () => toIso(now()).slice(0, 10);
  const run = (name: string) => jobs.enqueue(exportDays, {}, { dedupeKey: name });
  try {
    const first = dayNow();
    const admin = await app.person('admin');
    await admin.post('/api/admin/groups', { name: 'First' });
    clock.ahead = days(2);
    const second = dayNow();
    await admin.post('/api/admin/groups', { name: 'Second' });
    expect(await keys()).toEqual([]);
    await run('a');
    await expect.poll(keys, { timeout: 10_000 }).toEqual([`audit/${first}.jsonl`]);
    clock.ahead = days(5);
    await run('b');
    await expect.poll(keys, { timeout: 10_000 }).toEqual([`audit/${first}.jsonl`, `audit/${second}.jsonl`]);

    const linesOf = async (day: string) =>
      (await text(await store.get(`audit/${day}.jsonl`)))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { at: string; action: string; seq: number });
    expect((await linesOf(first)).map(({ action }) => action)).toContain('setup.done');
    expect(await linesOf(second)).toMatchObject([{ action: 'group.created' }]);
    for (const { at } of await linesOf(first)) expect(at.slice(0, 10)).toBe(first);

    // What is there stays as it is, and further back than a month nothing is looked for.
    await store.delete(`audit/${second}.jsonl`);
    clock.ahead = days(60);
    await admin.post('/api/admin/groups', { name: 'Third' });
    clock.ahead = days(61);
    await run('c');
    const third = toIso(now() - days(1)).slice(0, 10);
    await expect.poll(keys, { timeout: 10_000 }).toEqual([`audit/${first}.jsonl`, `audit/${third}.jsonl`]);
  } finally {
    await app.close();
  }
});
