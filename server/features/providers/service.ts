import type { AdminProvider, ProviderBody, ProviderPatch, ProviderTest } from '../../../shared/api/providers.ts';
import type { AddableKind } from '../../../shared/provider-kinds.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { slugOf } from '../../lib/slug.ts';
import type { OpenProvider } from '../../platform/llm/open.ts';
import type { AuditService } from '../audit/service.ts';
import type { GroupService } from '../groups/service.ts';
import type { Slot } from '../models/registry.ts';
import type { ModelService } from '../models/service.ts';
import type { StoredProvider } from '../models/stored.ts';
import { checkedAddress } from './address.ts';
import { testProvider } from './check.ts';
import { checkMove } from './moved.ts';
import { presentProvider } from './present.ts';
import type { ProviderRecords } from './records.ts';
import { newHeaders, newSecret } from '../../lib/kept-secrets.ts';

type Deps = {
  records: ProviderRecords;
  models: ModelService;
  groups: Pick<GroupService, 'checkAll'>;
  guard: OutboundGuard;
  open: OpenProvider;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

/** How long saving waits for the first listing. */
const FIRST_LISTING_MS = seconds(5);

const standardNames: Record<AddableKind, string> = {
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  'openai-compatible': 'OpenAI-compatible',
};
const connectionFields = ['kind', 'name', 'base_url', 'api_key', 'headers', 'timeout_ms'] as const;

const notFound = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such provider.' });
const elsewhere = (): AppError =>
  new AppError('CONFLICT', {
    message:
      'The connection of this provider comes from the environment or was found on this machine. Change it there.',
  });

export type ProviderService = ReturnType<typeof createProviderService>;

/** The providers as admins keep them: those that they add, and what they say about those that come from elsewhere. */
export function createProviderService({ records, models, groups, guard, open, audit, now }: Deps) {
  /** A place where a detected provider may turn up is none yet, unless somebody has said something about it. */
  const visible = async (): Promise<Slot[]> =>
    (await models.slots()).filter(({ current, plan }) => current !== undefined || plan.stored !== undefined);

  async function slotOf(id: string): Promise<Slot> {
    const slot = (await visible()).find(({ plan }) => plan.id === id);
    if (!slot) throw notFound();
    return slot;
  }

  async function show(id: string): Promise<AdminProvider> {
    const slots = await visible();
    const at = slots.findIndex(({ plan }) => plan.id === id);
    const slot = slots[at];
    if (!slot) throw notFound();
    return presentProvider(slot, at);
  }

  /** Of the groups that were not named before, each has to be there. */
  async function checkGroups(
    ids: readonly string[] | null | undefined,
    before: readonly string[] | null,
  ): Promise<void> {
    await groups.checkAll((ids ?? []).filter((id) => !before?.includes(id)));
  }

  /** What is kept with these changes. Says what is wrong with them: VALIDATION_FAILED, URL_BLOCKED. */
  async function changed(before: StoredProvider, patch: ProviderPatch): Promise<StoredProvider> {
    const kind = patch.kind ?? (before.kind as AddableKind);
    const needsAddress = patch.base_url !== undefined || (patch.kind !== undefined && patch.kind !== before.kind);
    const after = {
      ...before,
      kind,
      name: patch.name ?? before.name,
      baseUrl: needsAddress ? await checkedAddress(kind, patch.base_url, guard) : before.baseUrl,
      apiKey:
        typeof patch.api_key === 'string'
          ? newSecret(patch.api_key, before.apiKey, 'api_key')
          : patch.api_key === null
            ? null
            : before.apiKey,
      headers: patch.headers ? newHeaders(patch.headers, before.headers) : before.headers,
      enabled: patch.enabled ?? before.enabled,
      timeoutMs: patch.timeout_ms === undefined ? before.timeoutMs : patch.timeout_ms,
      models: patch.models === undefined ? before.models : patch.models,
      displayNames: patch.display_names ?? before.displayNames,
      prices: patch.prices ?? before.prices,
      groupIds: patch.group_ids === undefined ? before.groupIds : patch.group_ids,
      updatedAt: now(),
    };
    checkMove(before, patch, after);
    return after;
  }

  const blank = (id: string, kind: StoredProvider['kind'], name: string): StoredProvider => ({
    id,
    kind,
    name,
    enabled: true,
    models: null,
    displayNames: {},
    prices: {},
    groupIds: null,
    baseUrl: null,
    apiKey: null,
    headers: {},
    timeoutMs: null,
    createdAt: now(),
    updatedAt: now(),
  });

  const named = (body: Pick<ProviderBody, 'kind' | 'name'>): string => body.name ?? standardNames[body.kind];
  const fromBody = async (id: string, body: ProviderBody): Promise<StoredProvider> => {
    const { id: _id, position: _position, ...rest } = body;
    return changed(blank(id, body.kind, named(body)), {
      ...rest,
      base_url: await checkedAddress(body.kind, body.base_url, guard),
    });
  };

  /** All ids with this one at its new place. */
  async function orderWith(id: string, position: number): Promise<string> {
    const others = (await visible()).filter(({ plan }) => plan.source !== 'built_in' && plan.id !== id);
    return JSON.stringify(others.map(({ plan }) => plan.id).toSpliced(position, 0, id));
  }

  async function freeId(body: ProviderBody): Promise<string> {
    const taken = new Set((await models.slots()).map(({ plan }) => plan.id));
    if (body.id !== undefined) {
      if (!taken.has(body.id)) return body.id;
      throw new AppError('CONFLICT', { message: 'There is a provider with this id already. Choose another.' });
    }
    const base = slugOf(named(body), 40) || body.kind;
    for (let n = 1; ; n += 1) {
      const id = n === 1 ? base : `${base}-${n}`;
      if (!taken.has(id)) return id;
    }
  }

  const target = ({ id, name }: { id: string; name: string }) => ({ kind: 'provider', id, name });
  const noteTest = (of: { id: string; name: string }, { healthy, problem }: ProviderTest) =>
    audit.record({
      action: 'provider.tested',
      target: target(of),
      detail: { healthy, ...(problem && { problem }) },
    });

  /** One minimal call to a provider that is there. */
  async function check(id: string, model?: string): Promise<ProviderTest> {
    const { plan, current, candidates } = await slotOf(id);
    const entry = current ?? candidates[0];
    if (!entry) throw notFound();
    const subject = { provider: entry.provider, settings: plan.connections[0], rules: plan.rules };
    const result = await testProvider(subject, now, model);
    await models.lookAt(id, FIRST_LISTING_MS);
    return result;
  }

  return {
    async list(): Promise<AdminProvider[]> {
      return (await visible()).map(presentProvider);
    },
    get: show,

    /** CONFLICT where the id is taken. Resolves after the first listing, or a few seconds. */
    async create(body: ProviderBody): Promise<AdminProvider> {
      const id = await freeId(body);
      await checkGroups(body.group_ids, null);
      const record = await fromBody(id, body);
      const order = body.position === undefined ? undefined : await orderWith(id, body.position);
      try {
        await records.change(async (inside) => {
          // What was once said about a provider of this name from elsewhere, which is gone.
          await inside.deleteRules(id);
          await inside.insert(records.toRow(record));
          if (order) await inside.choose('order', order, now());
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('CONFLICT', { message: 'There is a provider with this id already.', cause: error });
      }
      await audit.record({ action: 'provider.created', target: target(record), detail: { kind: record.kind } });
      await models.lookAt(id, FIRST_LISTING_MS);
      return show(id);
    },

    /** CONFLICT for a connection that is not an admin's to change. */
    async update(id: string, patch: ProviderPatch): Promise<AdminProvider> {
      const { plan, candidates } = await slotOf(id);
      const fields = Object.keys(patch);
      if (plan.source !== 'stored' && connectionFields.some((field) => fields.includes(field))) throw elsewhere();
      const provider = candidates[0]?.provider;
      const before = plan.stored ?? blank(id, provider?.kind ?? 'openai-compatible', provider?.name ?? id);
      await checkGroups(patch.group_ids, before.groupIds);
      const { position, ...columns } = patch;
      const row = records.toRow(await changed(before, columns));
      const order = position === undefined || plan.source === 'built_in' ? undefined : await orderWith(id, position);
      // Only what was sent: two admins who change different things do not undo each other's work.
      const touched = [
        ...(Object.keys(columns) as (keyof typeof columns)[]),
        ...(patch.kind ? (['base_url'] as const) : []),
      ];
      const changes = Object.fromEntries([...touched, 'updated_at' as const].map((column) => [column, row[column]]));
      await records.change(async (inside) => {
        if (touched.length > 0) {
          if (!plan.stored) await inside.insertIfAbsent(records.toRow(before));
          await inside.update(id, changes);
        }
        if (order) await inside.choose('order', order, now());
      });
      await audit.record({ action: 'provider.changed', target: target({ id, name: row.name }), detail: { fields } });
      await models.lookAt(id, FIRST_LISTING_MS);
      return show(id);
    },

    /** Answers that it is writing end as they would have. */
    async remove(id: string): Promise<void> {
      const slot = (await visible()).find(({ plan }) => plan.id === id);
      if (!slot) return;
      if (slot.plan.source !== 'stored')
        throw new AppError('CONFLICT', {
          message: 'This provider comes from the environment or was found on this machine. Switch it off instead.',
        });
      let gone = false;
      await records.change(async (inside) => {
        gone = await inside.delete(id);
      });
      const name = slot.plan.stored?.name ?? id;
      if (gone) await audit.record({ action: 'provider.deleted', target: target({ id, name }) });
    },

    check,

    /** The same by an admin, for the log. */
    async test(id: string, model?: string): Promise<ProviderTest> {
      const result = await check(id, model);
      const { name } = await show(id);
      await noteTest({ id, name }, result);
      return result;
    },

    /** The same with values that are not saved. With the id of a saved provider, a mask stands for what is saved. */
    async testUnsaved(body: ProviderBody): Promise<ProviderTest> {
      const saved = (await visible()).find(({ plan }) => plan.id === body.id && plan.source === 'stored')?.plan.stored;
      const id = body.id ?? 'unsaved';
      const { id: _id, position: _position, ...rest } = body;
      const record = saved
        ? await changed(saved, { ...rest, base_url: body.base_url ?? saved.baseUrl ?? undefined })
        : await fromBody(id, body);
      const settings = {
        id,
        kind: body.kind,
        name: record.name,
        baseUrl: record.baseUrl ?? '',
        ...(record.apiKey !== null && { apiKey: record.apiKey }),
        headers: record.headers,
        ...(record.timeoutMs !== null && { timeoutMs: record.timeoutMs }),
      };
      const provider = open(settings);
      try {
        const result = await testProvider({ provider, settings, rules: record }, now);
        await noteTest({ id, name: record.name }, result);
        return result;
      } finally {
        await provider.close();
      }
    },
  };
}
