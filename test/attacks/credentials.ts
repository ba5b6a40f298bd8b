import { scopes, type Scope } from '../../shared/permissions.ts';
import type { TestApp } from '../app.ts';
import type { Client } from '../client.ts';

export type Headers = Record<string, string>;

/** Everything that one person can show: a session in both its forms, and a key of every scope that they may hand on. */
export type Wallet = { id: string; cookie: string; csrf: string; access: string; key: string };

/**
 * A way to say who one is. Each row of this table goes through every suite of this folder, so a further kind of credential is one
 * row: what it is called, whether it is limited to scopes, and how it is shown.
 */
export type Credential = { name: string; scoped: boolean; show(wallet: Wallet): Headers };

export const credentials: readonly Credential[] = [
  { name: 'session cookie', scoped: false, show: ({ cookie, csrf }) => ({ cookie, 'x-csrf-token': csrf }) },
  { name: 'access token', scoped: false, show: ({ access }) => ({ authorization: `Bearer ${access}` }) },
  { name: 'API key as bearer', scoped: true, show: ({ key }) => ({ authorization: `Bearer ${key}` }) },
  { name: 'API key as X-API-Key', scoped: true, show: ({ key }) => ({ 'x-api-key': key }) },
];

/** An id of the right form that nothing has. */
export const nothing = '018f0000-0000-7000-8000-000000000000';

/** A sentence on what went wrong is for the person at the keyboard; who tests looks at status and code. */
export type Outcome = string;
export const outcomeOf = (status: number, body: unknown, headers?: { get(name: string): string | null }): Outcome => {
  const said = headers?.get('x-error-code');
  const code = said ?? (typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '');
  return `${status} ${code}`.trim();
};

/** A key with these scopes, made by the person whose session this is. */
export async function keyOf(person: Client, wanted: readonly Scope[]): Promise<string> {
  const { status, body } = await person.post('/api/auth/api-keys', { name: 'attack', scopes: wanted });
  if (status !== 201) throw new Error(`no key: ${status} ${JSON.stringify(body)}`);
  return body.key as string;
}

/** A new person with everything that they can show; the first one of an instance is its admin. */
export async function walletOf(app: TestApp, name?: string): Promise<{ person: Client; wallet: Wallet }> {
  const person = await app.person(name);
  const key = await keyOf(person, person.user?.role === 'admin' ? scopes : scopes.filter((one) => one !== 'metrics'));
  const cookie = [...person.cookies].map((pair) => pair.join('=')).join('; ');
  const wallet = { id: person.id, cookie, csrf: String(person.csrfToken), access: String(person.accessToken), key };
  return { person, wallet };
}
