import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Model, provider } from '../../../../../shared/api/models.ts';
import { useServices } from '../../../app/services.ts';
import { remembered } from '../../../lib/remembered.ts';
import { createStore, useStore } from '../../../lib/store.ts';
import { keys } from '../cache.ts';
import { isLibrarian } from './names.ts';

export type Provider = z.infer<typeof provider>;
const noModels: Model[] = [];
const noProviders: Provider[] = [];
const chatModels = ({ items }: { items: Model[] }): Model[] => items.filter(({ kind }) => kind === 'chat');
const itemsOf = ({ items }: { items: Provider[] }): Provider[] => items;

export function useModels() {
  const { client } = useServices();
  const query = useQuery({
    queryKey: keys.models,
    queryFn: () => client.get<{ items: Model[] }>('/api/models'),
    select: chatModels,
    refetchInterval: 60_000,
  });
  const models = query.data ?? noModels;
  return { query, models, onlyLibrarian: query.isSuccess && models.every(isLibrarian) };
}

export function useProviders(enabled: boolean): Provider[] {
  const { client } = useServices();
  const query = useQuery({
    queryKey: ['providers'],
    queryFn: () => client.get<{ items: Provider[] }>('/api/providers'),
    select: itemsOf,
    enabled,
  });
  return query.data ?? noProviders;
}

/** The model for new chats; null leaves the choice to the server. */
const preferred = createStore(remembered.read('model'));
export const usePreferredModel = (): string | null => useStore(preferred);
export function preferModel(id: string | null): void {
  preferred.set(id);
  remembered.write('model', id);
}
