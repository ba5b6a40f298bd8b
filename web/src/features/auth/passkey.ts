import type { Client } from '../../lib/client.ts';
import type { Passkey } from '../../../../shared/api/passkeys.ts';
import type { SignedIn } from '../../../../shared/api/auth.ts';

/** Fetched when the first passkey is made or shown. */
const loadCeremonies = () => import('@simplewebauthn/browser');

type Answer<T> = { options: T };

/** The person said no, or the device has nothing to show: nothing went wrong that a server could tell more of. */
export class PasskeyCancelled extends Error {}

async function ceremony<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new PasskeyCancelled('', { cause: error });
  }
}

/** Signs in with a passkey; with the challenge of a second step, takes that. Throws ApiError and PasskeyCancelled. */
export async function showPasskey(
  client: Client,
  { challenge, remember }: { challenge?: string; remember?: boolean },
): Promise<SignedIn> {
  const { startAuthentication } = await loadCeremonies();
  type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];
  const step = challenge === undefined ? {} : { challenge };
  const { options } = await client.post<Answer<Options>>('/api/auth/passkeys/login/options', step);
  const credential = await ceremony(startAuthentication({ optionsJSON: options }));
  return client.post<SignedIn>('/api/auth/passkeys/login', { ...step, credential, ...(remember && { remember }) });
}

/** Makes one. `proof` is the password or a code, where the person has either. Throws ApiError and PasskeyCancelled. */
export async function makePasskey(client: Client, name: string, proof: object): Promise<Passkey> {
  const { startRegistration } = await loadCeremonies();
  type Options = Parameters<typeof startRegistration>[0]['optionsJSON'];
  const { options } = await client.post<Answer<Options>>('/api/auth/passkeys/options', proof);
  const credential = await ceremony(startRegistration({ optionsJSON: options }));
  return client.post<Passkey>('/api/auth/passkeys', { name, credential });
}
