import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../../test/process.ts';

const run = promisify(execFile);

export const slapdPath = ['/usr/sbin/slapd', '/usr/local/libexec/slapd', '/usr/libexec/slapd'].find((path) =>
  existsSync(path),
);
const SCHEMAS = '/etc/ldap/schema';

export const BASE = 'dc=example,dc=org';
export const SERVICE = { dn: `cn=carrel,${BASE}`, password: 'service secret' };

/** `name*`, brackets and the like in names are there to be mixed up with filters. */
const people: [uid: string, mail: string | null, groups: string[]][] = [
  ['ada', 'ada@example.org', ['staff', 'carrel-admins', 'constructor']],
  ['grace', 'grace@example.org', ['staff']],
  ['no(mail)', null, []],
  ['star*', 'star@example.org', []],
  ['müller', 'mueller@example.org', ['staff']],
  ['twin', 'twin1@example.org', []],
];
export const passwordOf = (uid: string): string => `password of ${uid}`;

const ldif = (more: readonly string[]): string =>
  [
    `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example`,
    `dn: ${SERVICE.dn}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: carrel\nuserPassword: ${SERVICE.password}`,
    ...['people', 'elsewhere', 'groups'].map(
      (ou) => `dn: ou=${ou},${BASE}\nobjectClass: organizationalUnit\nou: ${ou}`,
    ),
    ...people.map(([uid, mail], at) => personLdif(`cn=person ${at},ou=people`, uid, mail)),
    personLdif('cn=other twin,ou=people', 'twin', 'twin2@example.org'),
    ...more.map((uid) => personLdif(`cn=${uid},ou=people`, uid, `${uid}@example.org`)),
    // Somebody behind a referral must never be asked for.
    `dn: ou=referred,ou=people,${BASE}\nobjectClass: referral\nobjectClass: extensibleObject\nou: referred\nref: ldap://127.0.0.1:1/ou=people,${BASE}`,
    ...['staff', 'carrel-admins', 'constructor'].map((name) =>
      [
        `dn: cn=${name},ou=groups,${BASE}\nobjectClass: groupOfNames\ncn: ${name}\nmember: ${SERVICE.dn}`,
        ...people.flatMap(([, , groups], at) =>
          groups.includes(name) ? [`member: cn=person ${at},ou=people,${BASE}`] : [],
        ),
      ].join('\n'),
    ),
  ].join('\n\n');

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const personLdif = (rdn: string, uid: string, mail: string | null): string =>
  [
    `dn: ${rdn},${BASE}`,
    'objectClass: inetOrgPerson',
    `cn: ${rdn.slice(3).split(',')[0]}`,
    'sn: Person',
    `uid:: ${base64(uid)}`,
    ...(mail === null ? [] : [`mail: ${mail}`]),
    `userPassword:: ${base64(passwordOf(uid))}`,
  ].join('\n');

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error('slapd does not listen');
}

export type Slapd = { url: string; secureUrl: string; ca: string; stop(): Promise<void> };

/** A real OpenLDAP server on free ports, with its files in a folder of its own. `more`: further people, by their names. */
export async function startSlapd(more: readonly string[] = []): Promise<Slapd> {
  if (!slapdPath) throw new Error('slapd is not installed');
  const dir = await mkdtemp(join(tmpdir(), 'carrel-slapd-'));
  const [port, securePort] = [await freePort(), await freePort()];
  const [ca, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    ca,
    ...subject,
  ]);
  await mkdir(join(dir, 'db'));
  const config = [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include ${SCHEMAS}/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `pidfile ${join(dir, 'slapd.pid')}`,
    `TLSCACertificateFile ${ca}`,
    `TLSCertificateFile ${ca}`,
    `TLSCertificateKeyFile ${key}`,
    // As careless servers do: a name without a password counts as anonymous, and succeeds.
    'allow bind_anon_dn',
    'database mdb',
    `suffix "${BASE}"`,
    `directory ${join(dir, 'db')}`,
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact="${SERVICE.dn}" read by anonymous auth by * none`,
  ];
  const configPath = join(dir, 'slapd.conf');
  await writeFile(configPath, `${config.join('\n')}\n`);
  await writeFile(join(dir, 'data.ldif'), `${ldif(more)}\n`);
  await run(slapdPath, ['-T', 'add', '-f', configPath, '-l', join(dir, 'data.ldif')]);
  const urls = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`];
  const server = spawn(slapdPath, ['-f', configPath, '-h', urls.join(' '), '-d', '0'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  await answers(port);
  return {
    url: urls[0] ?? '',
    secureUrl: urls[1] ?? '',
    ca,
    async stop() {
      server.kill();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
