import { generateSync } from 'otplib';
import { describe, expect, it } from 'vitest';
import { newTotpSecret, otpauthUrl, stepOf } from './totp.ts';

/** '12345678901234567890' in Base32: the key of RFC 6238, appendix B. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('TOTP', () => {
  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_111_111_111, '050471', 37_037_037],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
  ])('knows the codes of RFC 6238 at %i s', (at, code, step) => {
    expect(stepOf(rfcSecret, code, at * 1_000)).toBe(step);
  });

  it('takes the step before and the step after, and no other', () => {
    const secret = newTotpSecret();
    const at = Date.UTC(2030, 0, 1);
    const codes = [-2, -1, 0, 1, 2].map((step) => generateSync({ secret, epoch: at / 1_000 + step * 30 }));
    const now = at / 30_000;
    for (const within of [0, 15_000, 29_999])
      expect(codes.map((code) => stepOf(secret, code, at + within))).toEqual([
        undefined,
        now - 1,
        now,
        now + 1,
        undefined,
      ]);
  });

  it.each(['', '12345', '1234567', '12345a', '１２３４５６', '-12345', '      '])('does not take %j', (code) => {
    expect(stepOf(rfcSecret, code, 59_000)).toBeUndefined();
  });

  it('writes a key URI whose label cannot break out', () => {
    const url = new URL(otpauthUrl(rfcSecret, { issuer: 'Carrel', label: 'a&secret=x?#@example.org' }));
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect([url.searchParams.getAll('secret'), url.searchParams.get('issuer'), url.hash]).toEqual([
      [rfcSecret],
      'Carrel',
      '',
    ]);
  });
});
