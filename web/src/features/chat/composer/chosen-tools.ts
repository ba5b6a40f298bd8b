import type { QueryClient } from '@tanstack/react-query';
import type { Model } from '../../../../../shared/api/models.ts';
import type { Tool } from '../../../../../shared/api/tools.ts';
import { remembered } from '../../../lib/remembered.ts';
import { createStore } from '../../../lib/store.ts';
import { keys } from '../cache.ts';
import { toolsKey } from '../tools.ts';
import { isLibrarian } from '../models/names.ts';

/** Switched on until the person chooses: they only read what is the person's own, and reckon. */
const usual: readonly string[] = ['search_files', 'calculator', 'current_time'];

function saved(): readonly string[] | null {
  const text = remembered.read('tools');
  return text === null ? null : text.split(' ').filter((name) => name !== '-');
}

/** What the person switched on in this browser; null as long as they chose nothing. */
export const chosenTools = createStore<readonly string[] | null>(saved());

export function chooseTools(names: readonly string[]): void {
  chosenTools.set(names);
  // A mark for “none”, since nothing at all means that nobody chose.
  remembered.write('tools', names.length > 0 ? names.join(' ') : '-');
}

/** Whether a model calls tools: `unknown` where its server does not say. The choice of the server is known only if all agree. */
export function callsTools(models: readonly Model[], id: string | null | undefined): 'yes' | 'no' | 'unknown' {
  const meant = id ? models.filter((model) => model.id === id) : models.filter((model) => !isLibrarian(model));
  const able = meant.filter((model) => !isLibrarian(model) && model.tools !== false);
  if (able.length === 0) return 'no';
  return meant.length > 0 && meant.every(({ tools }) => tools === true) ? 'yes' : 'unknown';
}

/** The tools that a question goes with. A model of which nobody knows gets only what was asked for expressly. */
export function toolsFor(models: readonly Model[], id: string | null | undefined): readonly string[] {
  const able = callsTools(models, id);
  if (able === 'no') return [];
  return chosenTools.get() ?? (able === 'yes' ? usual : []);
}

/** The same, for the body of a request. */
export function toolsBody(queries: QueryClient, id: string | null | undefined): { tools?: readonly string[] } {
  const models = queries.getQueryData<{ items: Model[] }>(keys.models)?.items ?? [];
  const tools = toolsFor(
    models.filter(({ kind }) => kind === 'chat'),
    id,
  );
  // One that is gone, or not this person’s to use any more, is left out: it would be refused.
  const known = queries.getQueryData<{ items: Tool[] }>(toolsKey)?.items;
  const there = known ? tools.filter((name) => known.some((tool) => tool.name === name)) : tools;
  return there.length > 0 ? { tools: there } : {};
}
