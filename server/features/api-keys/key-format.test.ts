import { expect, it } from 'vitest';
import { hashKey, isKeyShaped, makeKey, prefixOf } from './key-format.ts';

it('every key is another, and none is taken for one that was mistyped', () => {
  const keys = Array.from({ length: 200 }, makeKey);
  expect(new Set(keys).size).toBe(200);
  for (const key of keys) {
    expect(isKeyShaped(key)).toBe(true);
    for (let at = 4; at < key.length; at += 1) {
      const other = `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`;
      if (isKeyShaped(other)) throw new Error(`${other} was taken`);
    }
  }
});

it.each(['', 'crl_', 'crl_x', `sk_${makeKey().slice(4)}`, `${makeKey()}\n`, ` ${makeKey()}`, makeKey().slice(1)])(
  '%j is no key',
  (text) => {
    expect(isKeyShaped(text)).toBe(false);
  },
);

it('what is shown and stored of a key does not hold its secret', () => {
  const key = makeKey();
  expect(prefixOf(key)).toHaveLength(12);
  expect(hashKey(key)).toMatch(/^[0-9a-f]{64}$/);
});
