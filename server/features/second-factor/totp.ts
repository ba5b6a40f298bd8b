import { generateSecret, generateURI, verifySync } from 'otplib';
import { seconds } from '../../lib/clock.ts';

const STEP_MS = seconds(30);

/** A secret of 160 bits in Base32, as RFC 4226 (4, R6) recommends. */
export const newTotpSecret = (): string => generateSecret({ length: 20 });

/** What authenticator apps read from a QR code. */
export const otpauthUrl = (secret: string, { issuer, label }: { issuer: string; label: string }): string =>
  generateURI({ secret, issuer, label });

/**
 * The time step (RFC 6238: 30 s, six digits, SHA-1, which is what every app speaks) that a code belongs to, among the
 * one of `at`, the one before and the one after; undefined for a code of none of them.
 */
export function stepOf(secret: string, code: string, at: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const result = verifySync({ secret, token: code, epoch: Math.floor(at / 1_000), epochTolerance: STEP_MS / 1_000 });
  return result.valid ? Math.floor(at / STEP_MS) + result.delta : undefined;
}
