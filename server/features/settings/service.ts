import type { Kysely } from 'kysely';
import type { z } from 'zod';
import {
  settingSections,
  type Section,
  type Setting,
  type SettingKey,
  type SettingsAnswer,
  type SettingSource,
  type SettingsPatch,
  type SettingValues,
} from '../../../shared/api/settings.ts';
import type { Config } from '../../config.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { AuditService } from '../audit/service.ts';
import { catalogue } from './catalogue.ts';
import { createSettingsRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  inTransaction: InTransaction;
  config: Config;
  audit: Pick<AuditService, 'record'>;
  logger: Pick<Logger, 'warn'>;
  now: Clock;
};

/** What holds now, and where each value comes from. */
export type LiveSettings<S extends Section> = {
  values: SettingValues<S>;
  sources: { [K in SettingKey<S>]: SettingSource };
};

export type SettingsService = ReturnType<typeof createSettingsService>;

/** What an admin changes in one process holds in the others after this long at most. */
const FRESH_MS = seconds(3);

type AnyEntry = { variables: readonly [string, ...string[]]; configured: (config: Config) => unknown };

/** Settings that admins change while the server runs: the environment first, then what is stored, then the default. */
export function createSettingsService({ db, engine, inTransaction, config, audit, logger, now }: Deps) {
  const { given, prefer } = config.settings;
  const repository = createSettingsRepository(db, engine);
  const cached = new Map<Section, { at: number; live: Promise<LiveSettings<Section>> }>();

  /** Stored values that cannot be used are told of once. */
  const told = new Set<string>();

  const rowOf = (section: Section, key: string): string => `${section}.${key}`;
  const entriesOf = (section: Section): [string, AnyEntry][] => Object.entries(catalogue[section]);

  /** Undefined for what is not stored, and for what an older or newer version stored and this one cannot use. */
  function parse(section: Section, key: string, text: string | undefined): unknown {
    if (text === undefined) return undefined;
    const schema = (settingSections[section].shape as Readonly<Record<string, z.ZodType>>)[key];
    try {
      return schema?.parse(JSON.parse(text));
    } catch {
      const setting = rowOf(section, key);
      if (!told.has(setting)) logger.warn({ setting }, 'a stored setting does not fit and is not used');
      told.add(setting);
      return undefined;
    }
  }

  function settingOf(section: Section, key: string, entry: AnyEntry, text: string | undefined): Setting<unknown> {
    const [name] = entry.variables;
    const variable = entry.variables.find((candidate) => given.has(candidate));
    const fallback = entry.configured(config);
    const stored = parse(section, key, text);
    const locked = variable !== undefined && prefer === 'environment';
    const used = !locked && stored !== undefined;
    return {
      value: used ? stored : fallback,
      source: used ? 'stored' : variable === undefined ? 'default' : 'environment',
      editable: !locked,
      env: variable ?? name,
      fallback,
    };
  }

  async function load<S extends Section>(section: S): Promise<SettingsAnswer<S>> {
    const entries = entriesOf(section);
    const stored = await repository.read(entries.map(([key]) => rowOf(section, key)));
    const settings = Object.fromEntries(
      entries.map(([key, entry]) => [key, settingOf(section, key, entry, stored.get(rowOf(section, key)))]),
    );
    return { section, settings } as unknown as SettingsAnswer<S>;
  }

  /** Looks at the database, and keeps what was found for those who ask next. */
  function loadAnew<S extends Section>(section: S): Promise<SettingsAnswer<S>> {
    const answer = load(section);
    const entry = { at: now(), live: answer.then(liveOf) };
    cached.set(section, entry);
    // A failure is told to who asked, and the next asks again.
    entry.live.catch(() => cached.get(section) === entry && cached.delete(section));
    return answer;
  }

  function fresh(section: Section): Promise<LiveSettings<Section>> | undefined {
    const known = cached.get(section);
    const age = known === undefined ? Infinity : now() - known.at;
    return age >= 0 && age < FRESH_MS ? known?.live : undefined;
  }

  return {
    /** What holds: at most 3 s old where another process changed it, and never where this one did. */
    async live<S extends Section>(section: S): Promise<LiveSettings<S>> {
      const known = fresh(section);
      return known === undefined ? liveOf(await loadAnew(section)) : ((await known) as unknown as LiveSettings<S>);
    },

    /** As it is stored now. */
    describe: <S extends Section>(section: S): Promise<SettingsAnswer<S>> => loadAnew(section),

    /** All of the changes or none. Throws CONFLICT where the environment decides. */
    async change<S extends Section>(section: S, patch: SettingsPatch<S>): Promise<SettingsAnswer<S>> {
      const changes = Object.entries<unknown>(patch).filter(([, value]) => value !== undefined);
      const { settings } = await load(section);
      const locked = changes.flatMap(([key]) => {
        const { editable, env } = settings[key as SettingKey<S>];
        return editable ? [] : [{ path: key, message: `The environment decides: ${env} is set.` }];
      });
      if (locked[0])
        throw new AppError('CONFLICT', {
          message: `${locked[0].message} Change it there, or set CONFIG_PREFER=stored.`,
          details: { fields: locked },
        });
      await inTransaction(async (tx) => {
        const inside = createSettingsRepository(tx, engine);
        for (const [key, value] of changes) {
          if (value === null) await inside.remove(rowOf(section, key));
          else await inside.put(rowOf(section, key), JSON.stringify(value), now());
        }
      });
      const answer = loadAnew(section);
      if (changes.length)
        await audit.record({
          action: 'settings.changed',
          target: { kind: 'settings', id: section },
          detail: Object.fromEntries(changes) as Record<string, string | number | boolean | null | string[]>,
        });
      return answer;
    },
  };
}

function liveOf<S extends Section>({ settings }: SettingsAnswer<S>): LiveSettings<S> {
  const all = Object.entries<Setting<unknown>>(settings);
  const pick = (field: 'value' | 'source') => Object.fromEntries(all.map(([key, each]) => [key, each[field]]));
  return { values: pick('value'), sources: pick('source') } as unknown as LiveSettings<S>;
}
