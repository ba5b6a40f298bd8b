import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration } from 'oidc-provider';

/** Who is signed in at the issuer. */
export type PersonThere = {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  [claim: string]: unknown;
};

export type RealIssuer = {
  url: string;
  /** Who comes back from there next. */
  person: PersonThere;
  /** What a browser does there: from the address that it was sent to until it is sent back; answers where to. */
  visit(url: string): Promise<URL>;
  /** Whoever was there last signs out there, of all clients. */
  signOut(): Promise<void>;
  close(): Promise<void>;
};

export const CLIENT = { id: 'carrel', secret: 'a secret of the client, long enough' };

/** The package `oidc-provider`, with PKCE required, where somebody is signed in already and agrees to everything. */
export async function startRealIssuer(
  redirectUri: string,
  { backchannelLogoutUri }: { backchannelLogoutUri?: string } = {},
): Promise<RealIssuer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const state: { person: PersonThere } = { person: { sub: 'nobody' } };

  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [new URL('/sign-in', redirectUri).href],
        token_endpoint_auth_method: 'client_secret_post',
        ...(backchannelLogoutUri !== undefined && {
          backchannel_logout_uri: backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
      },
    ],
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    // Its own dispatcher is of another undici than Node's fetch.
    fetch: (address, options) => fetch(address, { ...options, dispatcher: undefined } as unknown as RequestInit),
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'groups', 'realm_access'],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: backchannelLogoutUri !== undefined },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...state.person, sub }) }),
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({
        ...(client && { clientId: client.clientId }),
        ...(session?.accountId && { accountId: session.accountId }),
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(url, configuration);
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/'))
      void provider.interactionFinished(request, response, { login: { accountId: state.person.sub } });
    else void handle(request, response);
  });

  type Cookies = Map<string, string>;
  /** Of the browser that was there last. */
  let last: Cookies = new Map();
  async function ask(at: URL, cookies: Cookies, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(at, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  }

  return {
    url,
    get person() {
      return state.person;
    },
    set person(person) {
      state.person = person;
    },
    async visit(from) {
      const cookies: Cookies = new Map();
      last = cookies;
      let at = new URL(from);
      while (at.origin === url) {
        const response = await ask(at, cookies);
        const next = response.headers.get('location');
        if (next === null) throw new Error(`${at.pathname}: ${response.status} ${await response.text()}`);
        at = new URL(next, at);
      }
      return at;
    },
    async signOut() {
      const page = await (await ask(new URL('/session/end', url), last)).text();
      const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? [];
      const body = new URLSearchParams({ xsrf, logout: 'yes' });
      const { status } = await ask(new URL('/session/end/confirm', url), last, { method: 'POST', body });
      if (status >= 400) throw new Error(`signing out: ${status}`);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
