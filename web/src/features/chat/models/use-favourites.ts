import { useServices } from '../../../app/services.ts';
import { refusalOf } from '../../../lib/problem.ts';
import { currentStrings } from '../../../lib/strings/index.ts';
import { describeRefusal } from '../../../lib/words.ts';
import { usePreferences } from '../../settings/use-preferences.ts';

const none: string[] = [];

/** The models that one wants on top of the list, on all devices. */
export function useFavourites(): { favourites: readonly string[]; toggle(id: string): Promise<void> } {
  const { toasts } = useServices();
  const { query, change } = usePreferences();
  const stored = query.data?.favourite_models;
  const favourites = Array.isArray(stored) ? (stored as unknown[]).filter((one) => typeof one === 'string') : none;
  return {
    favourites,
    async toggle(id) {
      const next = favourites.includes(id) ? favourites.filter((one) => one !== id) : [...favourites, id];
      try {
        await change({ favourite_models: next.length > 0 ? next : null });
      } catch (error) {
        toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      }
    },
  };
}
