import { describe, expect, it } from 'vitest';
import { createSealer } from './crypto.ts';

const sealer = createSealer(Buffer.alloc(32, 7));

describe('sealed texts', () => {
  it('open to what was sealed, and never look the same twice', () => {
    const [first, second] = [sealer.seal('päss 🔑', 'totp ada'), sealer.seal('päss 🔑', 'totp ada')];
    expect(first).not.toBe(second);
    expect([first, second].map((sealed) => sealer.open(sealed, 'totp ada'))).toEqual(['päss 🔑', 'päss 🔑']);
  });

  it('do not open for another context, under another key, or once changed', () => {
    const sealed = sealer.seal('secret', 'totp ada');
    expect(() => sealer.open(sealed, 'totp grace')).toThrow();
    expect(() => createSealer(Buffer.alloc(32, 8)).open(sealed, 'totp ada')).toThrow('another SECRET_KEY');
    const body = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const parts = [...sealed.split('.').slice(0, 2), changed.toString('base64url')];
      expect(() => sealer.open(parts.join('.'), 'totp ada')).toThrow();
    }
    expect(() => sealer.open('', 'totp ada')).toThrow();
  });
});
