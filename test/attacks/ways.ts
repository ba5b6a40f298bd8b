import { createMailbox } from '../../server/features/notifications/outbox.fixture.ts';
import {
  passwordOf,
  SERVICE,
  BASE,
  slapdPath,
  startSlapd,
  type Slapd,
} from '../../server/features/ldap/slapd.fixture.ts';
import { createTestApp, goodPassword } from '../app.ts';
import { Authenticator } from '../authenticator.ts';
import type { Client } from '../client.ts';
import { startBentIssuer, type BentIssuer } from '../oidc/bent-issuer.ts';

export type Person = { client: Client; id: string; email: string; key: Authenticator; sub: string };
/** A way in: `factors` that it is by itself, and whether it makes accounts for those it vouches for. */
export type Way = {
  name: string;
  factors: 1 | 2;
  newcomers: 'none' | 'by sign-up' | 'welcome';
  /** Answers the code of a refusal, or `in`; `challenge` holds that of the second step. */
  enter(
    person: Pick<Person, 'email' | 'key' | 'sub'>,
    client: Client,
  ): Promise<{ outcome: string; challenge?: string }>;
};

export const site = 'http://localhost:18080';
const HEADER = 'x-forwarded-email';
/** Who can be somebody in the directory. */
const LDAP_NAMES = Array.from({ length: 120 }, (_, n) => `way${n}`);

async function outcomeOf(client: Client, body: { code?: string; details?: { challenge?: string } }) {
  if ((await client.get('/api/auth/session')).status === 200) return { outcome: 'in' };
  const { code = '', details } = body;
  return { outcome: code, ...(details?.challenge !== undefined && { challenge: details.challenge }) };
}

/** All ways in that can be had on this machine, at one instance: the directory where slapd is installed. */
export async function startWays(env: Record<string, string> = {}) {
  const mailbox = createMailbox();
  const issuer: BentIssuer = await startBentIssuer();
  const slapd: Slapd | null = slapdPath ? await startSlapd(LDAP_NAMES) : null;
  const all = {
    PUBLIC_URL: site,
    CONFIG_PREFER: 'stored',
    OAUTH_ISSUER: issuer.url,
    OAUTH_CLIENT_ID: 'carrel',
    TRUSTED_AUTH_HEADER: HEADER,
    TRUSTED_PROXIES: '127.0.0.1',
    ...(slapd && {
      LDAP_URL: slapd.url,
      LDAP_CA_FILE: slapd.ca,
      LDAP_BIND_DN: SERVICE.dn,
      LDAP_BIND_PASSWORD: SERVICE.password,
      LDAP_SEARCH_BASE: `ou=people,${BASE}`,
    }),
    ...env,
  };
  const app = await createTestApp({ env: all, overrides: { mail: mailbox.driver } });
  return {
    app,
    env: all,
    mailbox,
    issuer,
    async close() {
      await app.close();
      await issuer.close();
      await slapd?.stop();
    },
  };
}
export type House = Awaited<ReturnType<typeof startWays>>;

export const waysOf = (house: () => Pick<House, 'issuer'>): Way[] => [
  {
    name: 'password',
    factors: 1,
    newcomers: 'none',
    async enter({ email }, client) {
      return outcomeOf(client, (await client.post('/api/auth/login', { login: email, password: goodPassword })).body);
    },
  },
  {
    name: 'OpenID Connect',
    factors: 1,
    newcomers: 'by sign-up',
    async enter({ sub }, client) {
      const { headers } = await client.get('/oauth/oidc/login');
      const { searchParams: asked } = new URL(headers.get('location') ?? '');
      const code = house().issuer.code({ nonce: asked.get('nonce') ?? '', sub });
      const landing = await client.get(`/oauth/oidc/callback?state=${asked.get('state')}&code=${code}`);
      const at = new URL(landing.headers.get('location') ?? '');
      const [, challenge] = /^#challenge=(.+)/.exec(at.hash) ?? [];
      const refused = at.searchParams.get('refused') ?? '';
      return outcomeOf(
        client,
        challenge === undefined ? { code: refused } : { code: 'TOTP_REQUIRED', details: { challenge } },
      );
    },
  },
  {
    name: 'passkey',
    factors: 2,
    newcomers: 'none',
    async enter({ key }, client) {
      const { options } = (await client.post('/api/auth/passkeys/login/options', {})).body;
      return outcomeOf(client, (await client.post('/api/auth/passkeys/login', { credential: key.show(options) })).body);
    },
  },
  {
    name: 'trusted header',
    factors: 1,
    newcomers: 'welcome',
    async enter({ email }, client) {
      return outcomeOf(client, (await client.post('/api/auth/trusted', {}, { headers: { [HEADER]: email } })).body);
    },
  },
  ...(slapdPath
    ? [
        {
          name: 'LDAP',
          factors: 1,
          newcomers: 'welcome',
          async enter({ sub }, client) {
            const body = { login: sub, password: passwordOf(sub), method: 'ldap' };
            return outcomeOf(client, (await client.post('/api/auth/login', body)).body);
          },
        } satisfies Way,
      ]
    : []),
];

/** Makes people who can come in by every way; each is another of the directory's. */
export function createPeople(house: () => House, ways: readonly Way[]) {
  let count = 0;
  const next = (): Pick<Person, 'sub' | 'email' | 'key'> => {
    count += 1;
    const sub = LDAP_NAMES[count] ?? '';
    return { sub, email: `${sub}@example.org`, key: new Authenticator(site) };
  };

  return {
    /** Somebody whom all vouch for, and who has no account here. */
    nobodyYet: next,

    async somebody({ passkey = true } = {}): Promise<Person> {
      const { app, issuer } = house();
      const { sub, email, key } = next();
      const client = await app.person(sub);
      const begun = await client.post('/api/auth/identities/link', { provider: 'oidc' });
      const { searchParams: asked } = new URL(begun.body.url);
      const code = issuer.code({ nonce: asked.get('nonce') ?? '', sub });
      await client.get(`/oauth/oidc/callback?state=${asked.get('state')}&code=${code}`);
      // The proxy and the directory are linked by a confirmed address, once.
      const users = (verified: 0 | 1) =>
        app.carrel.database.db
          .updateTable('users')
          .set({ email_verified: verified })
          .where('id', '=', client.id)
          .execute();
      await users(1);
      for (const way of ways.filter(({ newcomers }) => newcomers === 'welcome')) {
        const { outcome } = await way.enter({ sub, email, key }, app.stranger());
        if (outcome !== 'in') throw new Error(`${way.name}: ${outcome}`);
      }
      await users(0);
      if (passkey) {
        const { options } = (await client.post('/api/auth/passkeys/options', { password: goodPassword })).body;
        await client.post('/api/auth/passkeys', { name: 'key', credential: key.create(options) });
      }
      return { client, id: client.id, email, key, sub };
    },
  };
}
