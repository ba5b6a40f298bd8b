import { expect, it } from 'vitest';
import type { Config } from '../config.ts';
import { readyLines } from './ready.ts';

const config = (over: Partial<Config> = {}): Config =>
  ({
    version: '1.2.3',
    host: '127.0.0.1',
    port: 8080,
    publicUrl: new URL('http://localhost:8080'),
    trustedProxies: [],
    ...over,
  }) as Config;

it('says what runs and where to open it', () => {
  expect(readyLines({ config: config(), url: 'http://localhost:8080', setupCode: null })).toEqual([
    'Carrel 1.2.3',
    'Open http://localhost:8080',
  ]);
});

it('asks for the first account, without a code for those at this machine', () => {
  const lines = readyLines({ config: config(), url: 'http://localhost:8080', setupCode: 'ABCD-EFGH' });
  expect(lines).toContain('First visit: make the admin account there.');
  expect(lines.join('\n')).not.toContain('ABCD-EFGH');
});

it.each([
  ['every network', { host: '0.0.0.0' }, 'http://0.0.0.0:8080', 'Open http://localhost:8080'],
  [
    'a public address',
    { publicUrl: new URL('https://chat.example.org') },
    'http://localhost:8080',
    'Open https://chat.example.org',
  ],
  ['a proxy', { trustedProxies: ['loopback'] }, 'http://localhost:8080', 'Open http://localhost:8080'],
] as const)('shows the setup code where people come from elsewhere: %s', (_name, over, url, open) => {
  const lines = readyLines({ config: config(over), url, setupCode: 'ABCD-EFGH' });
  expect(lines[1]).toBe(open);
  expect(lines.at(-1)).toBe('From another computer, the setup code is ABCD-EFGH');
});
