import type { Model } from '../../../../shared/api/models.ts';

/** For a choice of one model or none: those that are there, and the one that is chosen, also where it is away. */
export function modelChoices(models: readonly Model[], chosen: string | null, none: string): [string, string][] {
  const ids = models.map(({ id }): [string, string] => [id, id]);
  const missing = chosen && !models.some(({ id }) => id === chosen) ? [[chosen, chosen] as [string, string]] : [];
  return [['', none], ...missing, ...ids];
}
