import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import type { StoredFile } from '../../../../../../shared/api/files.ts';
import type { Prompt } from '../../../../../../shared/api/prompts.ts';
import { useServices } from '../../../../app/services.ts';
import type { Page } from '../../../../lib/query.ts';
import { useStrings } from '../../../../lib/strings/index.ts';
import { assistantKey } from '../../../assistants/chosen.ts';
import { useAssistants } from '../../../assistants/use-assistants.ts';
import { collectionsQuery } from '../../../collections/use-collections.ts';
import { modelName } from '../../models/names.ts';
import { useModels } from '../../models/use-models.ts';
import type { Trigger } from './trigger.ts';

export type Choice = { key: string; name: string; detail: string } & (
  | { kind: 'prompt'; prompt: Prompt }
  | { kind: 'model' }
  | { kind: 'assistant' }
  | { kind: 'collection' }
  | { kind: 'file'; file: StoredFile }
);

/** More than these nobody reads through: one types another letter. */
const MOST = 8;

/** What a sign finds: prompts by command and title, models by name, collections and files that have been read by name. */
export function useChoices(trigger: Trigger | null): { choices: Choice[]; pending: boolean } {
  const { client } = useServices();
  const strings = useStrings();
  const { models, query: modelsQuery } = useModels();
  const sign = trigger?.sign;
  const prompts = useFound<Prompt>('/api/prompts', sign === '/', trigger?.q ?? '');
  const files = useFound<StoredFile>('/api/files', sign === '#', trigger?.q ?? '');
  const { items: assistants } = useAssistants(sign === '@');
  const collections = useQuery({ ...collectionsQuery(client), enabled: sign === '#' });
  const all: Record<Trigger['sign'], () => Choice[]> = {
    '/': () =>
      prompts.items.map((prompt) => ({
        key: prompt.id,
        kind: 'prompt',
        prompt,
        name: `/${prompt.command}`,
        detail: prompt.title,
      })),
    '@': () => [
      ...assistants.map(({ id, name, description }): Choice => ({
        key: assistantKey(id),
        kind: 'assistant',
        name,
        detail: description,
      })),
      ...models.map(({ id, name, provider }): Choice => ({
        key: id,
        kind: 'model',
        name: provider === 'librarian' ? modelName(id) : name,
        detail: provider,
      })),
    ],
    '#': () => [
      ...(collections.data?.items ?? []).map(({ id, name }): Choice => ({
        key: id,
        kind: 'collection',
        name,
        detail: strings.knowledge.title,
      })),
      ...files.items
        .filter(({ status }) => status === 'ready')
        .map((file): Choice => ({ key: file.id, kind: 'file', file, name: file.filename, detail: '' })),
    ],
  };
  if (!trigger) return { choices: [], pending: false };
  const wanted = trigger.q.toLowerCase();
  const pending = { '/': prompts, '@': modelsQuery, '#': files }[trigger.sign].isPending;
  const matches = all[trigger.sign]().filter(({ name, detail }) => `${name} ${detail}`.toLowerCase().includes(wanted));
  // What begins as it is typed comes first.
  const first = ({ name }: Choice): number => Number(!name.replace('/', '').toLowerCase().startsWith(wanted));
  return { choices: matches.sort((a, b) => first(a) - first(b)).slice(0, MOST), pending };
}

/** The newest of a list; where there are more than come at once, also what the server finds by what is typed. */
function useFound<T extends { id: string }>(
  path: string,
  wanted: boolean,
  q: string,
): { items: T[]; isPending: boolean } {
  const { client } = useServices();
  const asked = (query: string, enabled: boolean) => ({
    queryKey: ['to-insert', path, query],
    queryFn: ({ signal }: { signal: AbortSignal }) => client.get<Page<T>>(`${path}?${query}`, signal),
    enabled,
    staleTime: 5_000,
  });
  const newest = useQuery(asked('limit=200', wanted));
  const hasMore = (newest.data?.next_cursor ?? null) !== null;
  const typed = useDeferredValue(q.trim());
  const found = useQuery(
    asked(new URLSearchParams({ limit: '50', q: typed }).toString(), wanted && hasMore && typed !== ''),
  );
  const all = [...(newest.data?.items ?? []), ...(found.data?.items ?? [])];
  return {
    items: [...new Map(all.map((item) => [item.id, item])).values()],
    isPending: newest.isPending || (found.isFetching && found.isPending),
  };
}
