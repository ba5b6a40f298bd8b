import { describe, expect, it } from 'vitest';
import { checkHost, checkOrigin } from './origin-guard.ts';

const config = {
  allowedHosts: ['carrel.example', 'box.lan'],
  ownOrigins: ['https://carrel.example', 'https://app.example'],
  corsOrigins: ['https://tools.example'],
};
const here = { host: 'localhost:8080', protocol: 'http' };

describe('hosts', () => {
  it.each([
    'carrel.example',
    'CARREL.example:443',
    'carrel.example.',
    'box.lan:8080',
    'localhost',
    'localhost:8080',
    'a.localhost',
    '127.0.0.1:80',
    '192.168.1.5',
    '[::1]:8080',
    '[fe80::1]',
  ])('takes %s', (host) => expect(() => checkHost(host, config)).not.toThrow());

  it.each([
    'evil.example',
    'evil.example:8080',
    'carrel.example.evil.example',
    'localhost.evil.example',
    'notlocalhost',
    '0x7f.1',
    '127.0.0.1.nip.io',
    '[evil]:80',
    'carrel.example@evil.example',
  ])('refuses "%s" and names the setting', (host) => {
    expect(() => checkHost(host, config)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', detail: expect.stringContaining('ALLOWED_HOSTS') }),
    );
  });

  it('lets a request without Host pass', () => {
    expect(() => checkHost(undefined, config)).not.toThrow();
    expect(() => checkHost('', config)).not.toThrow();
  });
});

describe('origins', () => {
  const refusal = expect.objectContaining({ code: 'CSRF_INVALID' });

  it.each<[string, Record<string, string>, typeof here]>([
    ['no browser', {}, here],
    ['the same host', { origin: 'http://localhost:8080' }, here],
    [
      'the same host, by Fetch Metadata too',
      { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' },
      here,
    ],
    ['the address bar', { 'sec-fetch-site': 'none' }, here],
    ['a default port left out', { origin: 'http://box.lan' }, { host: 'box.lan:80', protocol: 'http' }],
    ['HTTPS ended by a proxy that is not known', { origin: 'https://box.lan' }, { host: 'box.lan', protocol: 'http' }],
    ['an IPv6 literal', { origin: 'http://[::1]:8080' }, { host: '[::1]:8080', protocol: 'http' }],
    ['our own page elsewhere', { origin: 'https://app.example', 'sec-fetch-site': 'same-site' }, here],
    ['a listed origin', { origin: 'https://tools.example', 'sec-fetch-site': 'cross-site' }, here],
  ])('lets %s pass', (_name, headers, at) => expect(() => checkOrigin(headers, at, config)).not.toThrow());

  it.each<[string, Record<string, string>, typeof here]>([
    ['another site', { origin: 'https://evil.example' }, here],
    ['another site that says it is ours', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, here],
    ['a cross-site form without Origin', { 'sec-fetch-site': 'cross-site' }, here],
    ['a sibling site', { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' }, here],
    ['an unknown relation', { 'sec-fetch-site': 'whatever' }, here],
    ['the null origin', { origin: 'null' }, here],
    ['another port of this host', { origin: 'http://localhost:9999' }, here],
    ['an origin that is none', { origin: 'localhost:8080' }, here],
    ['a name pointed at us', { origin: 'http://evil.example' }, { host: 'evil.example', protocol: 'http' }],
    [
      'the plain-HTTP twin of our page',
      { origin: 'http://carrel.example' },
      { host: 'carrel.example', protocol: 'http' },
    ],
    ['plain HTTP where the request is HTTPS', { origin: 'http://box.lan' }, { host: 'box.lan', protocol: 'https' }],
    ['a listed origin under another scheme', { origin: 'http://tools.example' }, here],
  ])('refuses %s', (_name, headers, at) => expect(() => checkOrigin(headers, at, config)).toThrow(refusal));
});
