import * as oidc from 'openid-client';
import type { ProviderTest, TestStep } from '../../../shared/api/sign-in-providers.ts';
import { AppError } from '../../lib/errors.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { portOf } from '../../lib/outbound-guard.ts';
import { issuerFetch } from '../../lib/issuer-fetch.ts';
import type { Issuers } from './issuers.ts';
import type { Provider } from './providers.ts';

type Found = { message: string };
type Check = { step: TestStep['step']; run: () => Promise<Found> };

/** A sentence for an admin on what a provider did. */
function reasonOf(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AppError) return [cause.message, cause.details?.suggestion].filter(Boolean).join(' ');
    if (cause instanceof oidc.ResponseBodyError)
      return `It answered “${cause.error}”${cause.error_description ? `: ${cause.error_description}` : ''}.`.slice(
        0,
        500,
      );
  }
  return error instanceof Error ? `${error.message}.`.replace(/\.\.$/, '.').slice(0, 500) : 'It failed.';
}

/** Tries a provider as far as one can without a person, and says what failed. */
export async function probe(
  provider: Provider,
  issuers: Pick<Issuers, 'discover'>,
  guard: OutboundGuard,
): Promise<ProviderTest> {
  let configuration: oidc.Configuration | undefined;
  const found = (): oidc.Configuration => {
    if (!configuration) throw new Error('Nothing was found.');
    return configuration;
  };

  const checks: Check[] = [
    {
      step: 'discovery',
      async run() {
        configuration = await issuers.discover(provider);
        return { message: `Found ${found().serverMetadata().issuer}.` };
      },
    },
    {
      step: 'features',
      run() {
        const { response_types_supported: types, code_challenge_methods_supported: pkce } = found().serverMetadata();
        if (types && !types.includes('code'))
          return Promise.reject(new Error('It does not offer the authorization code flow.'));
        return Promise.resolve({
          message: pkce?.includes('S256')
            ? 'It offers the code flow with PKCE.'
            : 'It offers the code flow, and does not say whether it checks PKCE.',
        });
      },
    },
    {
      step: 'keys',
      async run() {
        const { jwks_uri: address } = found().serverMetadata();
        if (address === undefined)
          throw new Error('It names no keys (jwks_uri), so nothing that it signs can be checked.');
        const issuer = new URL(provider.settings.issuer);
        const allowed = guard.allowing([`${issuer.hostname}:${portOf(issuer)}`]);
        const answer = await issuerFetch(allowed)(address, {
          method: 'GET',
          headers: {},
          body: null,
          redirect: 'manual',
        });
        const { keys } = (await answer.json()) as { keys?: unknown[] };
        if (answer.status !== 200 || !Array.isArray(keys) || keys.length === 0)
          throw new Error(`There are no keys at ${address}.`);
        return {
          message: keys.length === 1 ? 'One key for its signatures.' : `${keys.length} keys for its signatures.`,
        };
      },
    },
    {
      step: 'client',
      async run() {
        try {
          // No such code was ever given out: who knows the client says so, who does not says that instead.
          await oidc.genericGrantRequest(found(), 'authorization_code', {
            code: 'connection-test',
            redirect_uri: provider.redirectUri,
            code_verifier: oidc.randomPKCECodeVerifier(),
          });
        } catch (error) {
          if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant')
            return { message: 'It knows the client id and its secret.' };
          throw error;
        }
        return { message: 'It knows the client id and its secret.' };
      },
    },
  ];

  const steps: TestStep[] = [];
  for (const { step, run } of checks) {
    try {
      steps.push({ step, ok: true, ...(await run()) });
    } catch (error) {
      return { ok: false, steps: [...steps, { step, ok: false, message: reasonOf(error) }] };
    }
  }
  return { ok: true, steps };
}
