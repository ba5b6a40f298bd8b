import { describe, expect, it } from 'vitest';
import { cookieValues, isSecure, sessionCookieName, sessionSetCookie } from './cookies.ts';

const config = (url: string, secure: 'auto' | boolean = 'auto', key = 'a') => ({
  publicUrl: new URL(url),
  secrets: { secretKey: Buffer.alloc(32, key), jwtAlgorithm: 'ES256' as const, jwtPrivateKey: '' },
  auth: { secure, sameSite: 'lax' as const },
});
const plain = config('http://localhost:8080');

describe('the session cookie', () => {
  it('is Secure when PUBLIC_URL, a trusted proxy or the configuration says so', () => {
    expect(isSecure(plain, 'http')).toBe(false);
    expect(isSecure(plain, 'https')).toBe(true);
    expect(isSecure(config('https://carrel.example'), 'http')).toBe(true);
    expect(isSecure(config('https://carrel.example', false), 'https')).toBe(false);
    expect(isSecure(config('http://localhost', true), 'http')).toBe(true);
  });

  it('has the __Host- prefix and what goes with it on HTTPS', () => {
    expect(sessionSetCookie(plain, true, { value: 'v', maxAgeSeconds: null })).toBe(
      '__Host-carrel_session=v; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
  });

  it('has a name of the instance on plain HTTP, where ports share cookies', () => {
    const name = sessionCookieName(plain, false);
    expect(name).toMatch(/^carrel_session_[0-9a-f]{8}$/);
    expect(sessionCookieName(config('http://localhost:8081', 'auto', 'b'), false)).not.toBe(name);
    expect(sessionSetCookie(plain, false, { value: 'v', maxAgeSeconds: 60 })).toBe(
      `${name}=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60`,
    );
  });
});

it('finds every value of a cookie, and nothing of one whose name only looks alike', () => {
  expect(cookieValues('a=1; b=2; a=3==;c', 'a')).toEqual(['1', '3==']);
  expect(cookieValues('xa=1; a2=2', 'a')).toEqual([]);
  expect(cookieValues(undefined, 'a')).toEqual([]);
});
