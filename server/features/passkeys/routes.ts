import { signedIn as signedInAnswer } from '../../../shared/api/auth.ts';
import { idParams } from '../../../shared/api/common.ts';
import * as schema from '../../../shared/api/passkeys.ts';
import { anyone, signedIn } from '../../http-kit/access.ts';
import { clientOf } from '../../http-kit/client.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { SessionCookies } from '../../http-kit/session-cookies.ts';
import type { PasskeyService } from './service.ts';

/** A person's own passkeys, and signing in with one. `signedIn` takes no API key. */
export const passkeyRoutes = (passkeys: PasskeyService, cookies: SessionCookies): Route[] => [
  route({
    method: 'GET',
    url: '/api/auth/passkeys',
    access: signedIn(),
    summary: 'My passkeys',
    reply: schema.passkeys,
    handle: ({ actor }) => passkeys.list(actor),
  }),
  route({
    method: 'POST',
    url: '/api/auth/passkeys/options',
    access: signedIn(),
    summary: 'What my browser makes a passkey with; takes my password or a code, where I have either',
    body: schema.passkeyProofBody,
    reply: schema.webauthnOptions,
    handle: ({ actor, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return passkeys.begin(actor, body);
    },
  }),
  route({
    method: 'POST',
    url: '/api/auth/passkeys',
    access: signedIn(),
    summary: 'Keep a passkey that my browser made',
    body: schema.addPasskeyBody,
    reply: schema.passkeyAnswer,
    status: 201,
    handle: ({ actor, body }) => passkeys.add(actor, body),
  }),
  route({
    method: 'PATCH',
    url: '/api/auth/passkeys/:id',
    access: signedIn(),
    summary: 'Rename a passkey of mine',
    params: idParams,
    body: schema.renamePasskeyBody,
    reply: schema.passkeyAnswer,
    handle: ({ actor, params, body }) => passkeys.rename(actor, params.id, body.name),
  }),
  route({
    method: 'DELETE',
    url: '/api/auth/passkeys/:id',
    access: signedIn(),
    summary: 'Remove a passkey of mine; takes my password or a code, where I have either',
    params: idParams,
    body: schema.passkeyProofBody,
    handle: ({ actor, params, body }) => passkeys.remove(actor, params.id, body),
  }),
  route({
    method: 'POST',
    url: '/api/auth/passkeys/login/options',
    access: anyone(),
    limit: 'auth',
    summary: 'What a browser shows a passkey with, to sign in or as the second step',
    body: schema.passkeyLoginOptionsBody,
    reply: schema.webauthnOptions,
    handle: ({ body, request, reply }) => {
      reply.header('cache-control', 'no-store');
      return passkeys.ask(body.challenge, clientOf(request));
    },
  }),
  route({
    method: 'POST',
    url: '/api/auth/passkeys/login',
    access: anyone(),
    limit: 'auth',
    summary: 'Sign in with a passkey; with a challenge, the second step of a sign-in',
    body: schema.passkeyLoginBody,
    reply: signedInAnswer,
    handle: async ({ body, request, reply }) =>
      cookies.answer(
        request,
        reply,
        await passkeys.enter({ ...body, remember: body.remember ?? false }, cookies.originOf(request)),
      ),
  }),
];
