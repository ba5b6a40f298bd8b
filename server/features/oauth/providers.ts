import type { z } from 'zod';
import {
  mayTrustEmail,
  providerDefaults,
  providerId,
  providerSettings,
  type newProviderBody,
  type providerPatch,
  type ProviderSettings,
  type SignInProvider,
} from '../../../shared/api/sign-in-providers.ts';
import type { Config } from '../../config.ts';
import type { SignInProviders } from '../../db/schema.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { mask, newSecret } from '../../lib/kept-secrets.ts';
import type { AuditService } from '../audit/service.ts';
import type { OauthRepository } from './repository.ts';

/** A provider as it is spoken to. */
export type Provider = {
  id: string;
  settings: ProviderSettings;
  secret: string | null;
  source: 'environment' | 'stored';
  updatedAt: number | null;
  redirectUri: string;
};

type Deps = {
  config: Pick<Config, 'publicUrl' | 'signInProviders'>;
  repository: OauthRepository;
  sealer: Sealer;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

type NewProvider = z.output<typeof newProviderBody>;
type ProviderPatch = z.output<typeof providerPatch>;

const contextOf = (id: string): string => `sign-in provider ${id}`;

const withoutUndefined = <T extends object>(object: T): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;

/** Who vouches for people: named by the environment, or kept by admins. */
export function createProviders({ config, repository, sealer, audit, now }: Deps) {
  const redirectUri = (id: string): string => new URL(`/oauth/${id}/callback`, config.publicUrl).href;

  const fromEnvironment: Provider[] = config.signInProviders.map((given) => ({
    ...given,
    source: 'environment',
    updatedAt: null,
    redirectUri: redirectUri(given.id),
  }));
  const named = (id: string): Provider | undefined => fromEnvironment.find((provider) => provider.id === id);

  const stored = (row: SignInProviders): Provider => ({
    id: row.id,
    // What an older version stored lacks what came later.
    settings: providerSettings.parse({ ...providerDefaults, ...(JSON.parse(row.settings) as object) }),
    secret: row.secret === null ? null : sealer.open(row.secret, contextOf(row.id)),
    source: 'stored',
    updatedAt: row.updated_at,
    redirectUri: redirectUri(row.id),
  });

  async function all(): Promise<Provider[]> {
    const rows = (await repository.providers()).filter(({ id }) => !named(id));
    return [...fromEnvironment, ...rows.map(stored)];
  }

  async function find(id: string): Promise<Provider> {
    const row = named(id) ? undefined : await repository.provider(id);
    const provider = named(id) ?? (row && stored(row));
    if (!provider) throw new AppError('NOT_FOUND', { message: 'There is no such sign-in provider.' });
    return provider;
  }

  const rowOf = ({ id, settings, secret }: Pick<Provider, 'id' | 'settings' | 'secret'>, at: number) => ({
    id,
    settings: JSON.stringify(settings),
    secret: secret === null ? null : sealer.seal(secret, contextOf(id)),
    updated_at: at,
  });

  function check(settings: ProviderSettings): void {
    if (!mayTrustEmail(settings))
      throw invalidField(
        'trust_email',
        'This issuer speaks for many organisations, and any of them could claim any address. Name your own tenant in the issuer.',
      );
  }

  const write = (action: 'created' | 'changed' | 'deleted', { id, settings }: Pick<Provider, 'id' | 'settings'>) =>
    audit.record({
      action: `sign_in_provider.${action}`,
      target: { kind: 'sign_in_provider', id, name: settings.name },
      detail: {
        issuer: settings.issuer,
        enabled: settings.enabled,
        link_by_email: settings.link_by_email,
        trust_email: settings.trust_email,
        role_claim: settings.role_claim,
      },
    });

  return {
    /** For the sign-in page. */
    offered: async (): Promise<{ id: string; name: string }[]> =>
      (await all()).filter(({ settings }) => settings.enabled).map(({ id, settings }) => ({ id, name: settings.name })),

    find,
    /** Throws NOT_FOUND for one that is switched off too. */
    async enabled(id: string): Promise<Provider> {
      const provider = await find(id);
      if (!provider.settings.enabled)
        throw new AppError('NOT_FOUND', { message: 'This sign-in provider is switched off.' });
      return provider;
    },

    list: async (): Promise<{ items: SignInProvider[]; next_cursor: null }> => ({
      items: (await all()).map(present),
      next_cursor: null,
    }),
    get: async (id: string): Promise<SignInProvider> => present(await find(id)),

    /** Throws CONFLICT where the id is taken. */
    async create({ id, client_secret: secret = null, ...given }: NewProvider): Promise<SignInProvider> {
      const settings = { ...providerDefaults, ...withoutUndefined(given) } as ProviderSettings;
      check(settings);
      const at = now();
      const row = { ...rowOf({ id: providerId.parse(id), settings, secret }, at), created_at: at };
      if (named(id) || !(await repository.insertProvider(row)))
        throw new AppError('CONFLICT', { message: 'There is a sign-in provider with this id already.' });
      await write('created', { id, settings });
      return present(stored(row));
    },

    /** What is left out stays as it is. Throws NOT_FOUND, and CONFLICT for one of the environment. */
    async update(id: string, { client_secret: given, ...changes }: ProviderPatch): Promise<SignInProvider> {
      const before = await find(id);
      mayChange(before);
      const settings = { ...before.settings, ...withoutUndefined(changes) };
      check(settings);
      const secret = given === undefined ? before.secret : given && newSecret(given, before.secret, 'client_secret');
      // A secret goes to the issuer that it was typed for, and to no other.
      if (secret !== null && secret === before.secret && settings.issuer !== before.settings.issuer)
        throw invalidField('client_secret', 'The issuer is another one: type the secret again.');
      const row = rowOf({ id, settings, secret }, now());
      await repository.updateProvider(row);
      await write('changed', { id, settings });
      return present(stored({ ...row, created_at: row.updated_at }));
    },

    /** Who came by it keeps the account, and needs another way in. Throws CONFLICT for one of the environment. */
    async remove(id: string): Promise<void> {
      const before = await find(id).catch(() => undefined);
      if (!before) return;
      mayChange(before);
      if (await repository.deleteProvider(id)) await write('deleted', before);
    },
  };
}
export type Providers = ReturnType<typeof createProviders>;

function mayChange({ source }: Provider): void {
  if (source === 'environment')
    throw new AppError('CONFLICT', {
      message: 'The environment decides about this sign-in provider. Change it there.',
    });
}

const present = ({ id, settings, secret, source, updatedAt, redirectUri }: Provider): SignInProvider => ({
  id,
  ...settings,
  client_secret: secret === null ? null : mask(secret),
  redirect_uri: redirectUri,
  source,
  updated_at: updatedAt === null ? null : toIso(updatedAt),
});
