import { createHmac, timingSafeEqual } from 'node:crypto';

/** The CSRF token of a session: an HMAC that only this server can make, so nothing has to be stored. */
export function createCsrf(secretKey: Buffer) {
  const token = (sessionId: string): string =>
    createHmac('sha256', secretKey).update(`csrf${sessionId}`).digest('base64url');
  return {
    token,
    /** In constant time for tokens of the right length. */
    matches(sessionId: string, given: unknown): boolean {
      if (typeof given !== 'string') return false;
      const expected = Buffer.from(token(sessionId));
      const actual = Buffer.from(given);
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
  };
}
