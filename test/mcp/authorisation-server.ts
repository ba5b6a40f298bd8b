import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration } from 'oidc-provider';
import { visitor } from './visitor.ts';

export type AuthorisationServer = {
  url: string;
  /** Who is signed in there. */
  person: string;
  /** What a browser does there: from the address that it was sent to until it is sent back; answers where to. */
  visit(url: string): Promise<URL>;
  /** Whose access token this is, where it is good for this resource. */
  personOf(token: string, resource: string): Promise<string | null>;
  /** Every access token that was seen stops working; with `everything`, so does what renews them. */
  forget(everything?: boolean): Promise<void>;
  registrations: number;
  close(): Promise<void>;
};

/** The package `oidc-provider` as MCP wants one: clients register themselves, PKCE, resource indicators, refresh tokens that work once. */
export async function startAuthorisationServer(port = 0): Promise<AuthorisationServer> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const state = { person: 'nobody', registrations: 0 };
  const seen = new Set<string>();
  const gone = new Set<string>();

  const configuration: Configuration = {
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    scopes: ['wiki'],
    ttl: { AccessToken: 600, RefreshToken: 6_000 },
    issueRefreshToken: () => Promise.resolve(true),
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => ({ scope: 'wiki', audience: resource, accessTokenFormat: 'opaque' }),
      },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    async loadExistingGrant(ctx) {
      const { client, session, params } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({
        ...(client && { clientId: client.clientId }),
        ...(session?.accountId && { accountId: session.accountId }),
      });
      grant.addOIDCScope('wiki');
      grant.addResourceScope(String(params?.['resource']), 'wiki');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(url, configuration);
  provider.on('registration_create.success', () => (state.registrations += 1));
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/'))
      void provider.interactionFinished(request, response, { login: { accountId: state.person } });
    else void handle(request, response);
  });

  return {
    url,
    get person() {
      return state.person;
    },
    set person(person) {
      state.person = person;
    },
    get registrations() {
      return state.registrations;
    },
    visit: visitor(url),
    async personOf(token, resource) {
      const found = await provider.AccessToken.find(token);
      seen.add(token);
      return found?.isValid && found.aud === resource && !gone.has(token) ? (found.accountId ?? null) : null;
    },
    async forget(everything = false) {
      for (const token of seen) {
        gone.add(token);
        const { grantId } = (await provider.AccessToken.find(token)) ?? {};
        if (everything && grantId) await provider.RefreshToken.revokeByGrantId(grantId);
      }
      seen.clear();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
