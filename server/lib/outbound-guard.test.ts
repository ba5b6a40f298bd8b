import { describe, expect, it } from 'vitest';
import { createOutboundGuard } from './outbound-guard.ts';

const resolvingTo = (...addresses: string[]) => createOutboundGuard({ resolver: () => Promise.resolve(addresses) });
const publicGuard = resolvingTo('93.184.215.14');
const refused = expect.objectContaining({ code: 'URL_BLOCKED' });

describe('checkUrl', () => {
  it.each([
    'https://example.org/page',
    'http://93.184.215.14:8080/',
    'https://[2606:4700:4700::1111]/',
    'http://example.org./',
  ])('lets %s through', async (url) => {
    expect((await publicGuard.checkUrl(url)).href).toBe(new URL(url).href);
  });

  it.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://user@example.org/',
    'http://user:secret@example.org/',
    'http://example.org@127.0.0.1/',
    'not an address',
    '',
    '//example.org/',
  ])('refuses the form of %j', async (url) => {
    await expect(publicGuard.checkUrl(url)).rejects.toThrow(refused);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://240.0.0.1/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::ffff:7f00:1]/',
    'http://[::7f00:1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[64:ff9b:1::a9fe:a9fe]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[4000::1]/',
    'http://①②⑦.⓪.⓪.①/',
  ])('refuses the address in %s', async (url) => {
    await expect(publicGuard.checkUrl(url)).rejects.toThrow(refused);
  });

  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:a9fe:a9fe', 'fe80::1', '64:ff9b::7f00:1'])(
    'refuses a name that leads to %s',
    async (address) => {
      await expect(resolvingTo(address).checkUrl('http://innocent.example/')).rejects.toThrow(refused);
    },
  );

  it('refuses a name of which only one address is forbidden', async () => {
    await expect(resolvingTo('93.184.215.14', '127.0.0.1').checkUrl('http://both.example/')).rejects.toThrow(refused);
  });

  it('lets a public address through NAT64', async () => {
    await expect(resolvingTo('64:ff9b::5db8:d70e').checkUrl('http://example.org/')).resolves.toBeInstanceOf(URL);
  });

  it('says so when a name is unknown', async () => {
    const guard = createOutboundGuard({
      resolver: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    await expect(guard.checkUrl('http://nowhere.example/')).rejects.toMatchObject({
      code: 'URL_BLOCKED',
      message: expect.stringContaining('nowhere.example'),
    });
  });
});

describe('the allow list', () => {
  const guard = createOutboundGuard({
    allow: ['localhost:11434', '[::1]:1234', '10.0.0.5:80', 'meta.example:80'],
    resolver: (host) => Promise.resolve([host === 'meta.example' ? '169.254.169.254' : '127.0.0.1']),
  });

  it.each(['http://localhost:11434/', 'http://LOCALHOST.:11434/', 'http://[0:0::1]:1234/', 'http://10.0.0.5/'])(
    'opens %s',
    async (url) => {
      await expect(guard.checkUrl(url)).resolves.toBeInstanceOf(URL);
    },
  );

  it.each(['http://localhost:11435/', 'http://127.0.0.1:11434/', 'https://10.0.0.5/', 'http://x.localhost:11434/'])(
    'does not open %s',
    async (url) => {
      await expect(guard.checkUrl(url)).rejects.toThrow(refused);
    },
  );

  it('never opens link-local and metadata addresses', async () => {
    await expect(guard.checkUrl('http://meta.example/')).rejects.toThrow(refused);
    const all = guard.allowing([
      '169.254.169.254:80',
      '100.100.100.200:80',
      '[fe80::1]:80',
      '[fd00:ec2::254]:80',
      '[::ffff:169.254.169.254]:80',
    ]);
    for (const host of [
      '169.254.169.254',
      '100.100.100.200',
      '[fe80::1]',
      '[fd00:ec2::254]',
      '[::ffff:169.254.169.254]',
    ]) {
      await expect(all.checkUrl(`http://${host}/`)).rejects.toThrow(refused);
    }
  });

  it('is extended without changing the guard that it came from', async () => {
    const wider = guard.allowing(['192.168.1.9:8080']);
    await expect(wider.checkUrl('http://192.168.1.9:8080/')).resolves.toBeInstanceOf(URL);
    await expect(wider.checkUrl('http://localhost:11434/')).resolves.toBeInstanceOf(URL);
    await expect(guard.checkUrl('http://192.168.1.9:8080/')).rejects.toThrow(refused);
  });

  it.each(['localhost', 'localhost:', ':80', 'a/b:80', 'host:99999'])('does not take the entry %j', (entry) => {
    expect(() => createOutboundGuard({ allow: [entry] })).toThrow(/host:port/);
  });
});

describe('resolve', () => {
  it.each(['0x7f.1', '2130706433', '::ffff:127.0.0.1', '127.0.0.1.', 'a b', 'evil/../', 'user@host'])(
    'refuses %j given as a bare host',
    async (host) => {
      await expect(publicGuard.resolve(host, 80)).rejects.toThrow(refused);
    },
  );
});
