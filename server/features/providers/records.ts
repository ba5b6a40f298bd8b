import type { Kysely } from 'kysely';
import type { Engine } from '../../db/dialect.ts';
import type { DB, Providers } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import { createRecent } from '../../lib/recent.ts';
import type { Stored, StoredProvider } from '../models/stored.ts';
import { createProviderRepository, type ProviderRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  inTransaction: InTransaction;
  sealer: Sealer;
  logger: Logger;
  now: Clock;
};

/** Other processes see a change at most this late; what is promised is 5 s. */
const WATCH_MS = seconds(2);

const contextOf = (id: string, field: 'api_key' | 'headers'): string => `provider:${id}:${field}`;
const json = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

export type ProviderRecords = ReturnType<typeof createProviderRecords>;

/** What is kept about providers, with keys in the clear in memory and encrypted in the database. */
export function createProviderRecords({ db, engine, inTransaction, sealer, logger, now }: Deps) {
  const repository = createProviderRepository(db, engine);
  const groups = createRecent<readonly string[]>({ forMs: WATCH_MS, now });
  const groupDefaults = createRecent<{ id: string | undefined }>({ forMs: WATCH_MS, now });
  const listeners = new Set<(stored: Stored) => Promise<void>>();
  let revision: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;

  /** A key that cannot be read any more (another SECRET_KEY) is as none: the provider will say that it is missing. */
  function unseal(text: string | null, id: string, field: 'api_key' | 'headers'): string | null {
    if (text === null) return null;
    try {
      return sealer.open(text, contextOf(id, field));
    } catch (error) {
      logger.error({ err: error, provider: id, field }, 'a secret of a provider cannot be read; type it again');
      return null;
    }
  }

  const fromRow = (row: Providers): StoredProvider => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    baseUrl: row.base_url,
    apiKey: unseal(row.api_key, row.id, 'api_key'),
    headers: json<Record<string, string>>(unseal(row.headers, row.id, 'headers')) ?? {},
    enabled: row.enabled === 1,
    timeoutMs: row.timeout_ms,
    models: json<string[]>(row.models),
    displayNames: json<Record<string, string>>(row.display_names) ?? {},
    prices: json<StoredProvider['prices']>(row.prices) ?? {},
    groupIds: json<string[]>(row.group_ids),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

  const toRow = (record: StoredProvider): Providers => ({
    id: record.id,
    kind: record.kind,
    name: record.name,
    base_url: record.baseUrl,
    api_key: record.apiKey === null ? null : sealer.seal(record.apiKey, contextOf(record.id, 'api_key')),
    headers:
      Object.keys(record.headers).length === 0
        ? null
        : sealer.seal(JSON.stringify(record.headers), contextOf(record.id, 'headers')),
    enabled: record.enabled ? 1 : 0,
    timeout_ms: record.timeoutMs,
    models: record.models && JSON.stringify(record.models),
    display_names: JSON.stringify(record.displayNames),
    prices: JSON.stringify(record.prices),
    group_ids: record.groupIds && JSON.stringify(record.groupIds),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  });

  async function load(): Promise<Stored> {
    // The revision first: what changes while the rest is read is read again.
    revision = await repository.revision();
    const [rows, choices] = [await repository.list(), await repository.choices()];
    return {
      providers: rows.map(fromRow),
      order: json<string[]>(choices.order ?? null) ?? [],
      defaultProvider: choices.defaultProvider ?? null,
      defaultModel: choices.defaultModel ?? null,
      fallbackModel: choices.fallbackModel ?? null,
    };
  }

  async function announce(): Promise<void> {
    const stored = await load();
    for (const listener of listeners) await listener(stored);
  }

  /** Everything that changes goes through here: together with a new revision, and then to whoever listens. */
  async function change(work: (inside: ProviderRepository) => Promise<void>): Promise<void> {
    await inTransaction(async (tx) => {
      const inside = createProviderRepository(tx, engine);
      await work(inside);
      await inside.choose('revision', newId(), now());
    });
    await announce();
  }

  async function look(): Promise<void> {
    try {
      if ((await repository.revision()) !== revision) await announce();
    } catch (error) {
      logger.warn({ err: error }, 'whether providers were changed elsewhere could not be seen; it is looked at again');
    }
  }

  return {
    load,
    change,
    toRow,
    groupsOf: (userId: string): Promise<readonly string[]> => groups.getOr(userId, () => repository.groupsOf(userId)),
    /** Asked before each new chat, so remembered for a moment. */
    groupDefaultModel: async (userId: string): Promise<string | undefined> =>
      (await groupDefaults.getOr(userId, async () => ({ id: await repository.groupDefault(userId) }))).id,
    /** Who is in which group has changed. */
    forgetGroups(): void {
      groups.clear();
      groupDefaults.clear();
    },
    group: repository.group,
    modelOfGroup: repository.modelOfGroup,
    async setModelOfGroup(id: string, model: string | null, at: number): Promise<void> {
      await repository.setModelOfGroup(id, model, at);
      groupDefaults.clear();
    },

    /** Told of every change, whoever made it. */
    onChange: (listener: (stored: Stored) => Promise<void>): void => void listeners.add(listener),

    /** Begins to look for what other processes change. */
    start(): void {
      timer ??= setInterval(() => {
        reading ??= look().finally(() => {
          reading = undefined;
        });
      }, WATCH_MS).unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await reading;
    },
  };
}
