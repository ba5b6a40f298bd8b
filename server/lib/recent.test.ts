import { expect, it } from 'vitest';
import { createRecent } from './recent.ts';

it('keeps what was found for its time, and forgets what is asked to', () => {
  let at = 1_000;
  const recent = createRecent<string>({ forMs: 2_000, now: () => at });
  recent.set('a', 'found');
  at += 1_999;
  expect(recent.get('a')).toBe('found');
  at += 1;
  expect(recent.get('a')).toBeUndefined();
  recent.set('a', 'again');
  // A clock that was set back proves nothing.
  at -= 60_000;
  expect(recent.get('a')).toBeUndefined();
  recent.set('b', 'other');
  recent.clear();
  expect(recent.get('b')).toBeUndefined();
});

it('does not keep what was looked for before something changed', async () => {
  const recent = createRecent<string>({ forMs: 2_000, now: () => 1_000 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const asked = recent.getOr('a', () => promise);
  recent.clear();
  resolve('old');
  expect(await asked).toBe('old');
  expect(await recent.getOr('a', () => Promise.resolve('new'))).toBe('new');
  expect(await recent.getOr('a', () => Promise.reject(new Error('asked again')))).toBe('new');
});
