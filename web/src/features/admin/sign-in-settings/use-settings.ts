import { useQuery } from '@tanstack/react-query';
import type { Section, SettingsAnswer, SettingsPatch } from '../../../../../shared/api/settings.ts';
import { useServices } from '../../../app/services.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { sessionQuery } from '../../auth/session.ts';

/** A section of the instance's settings, and a way to change it. `patch` throws what was refused. */
export function useSettings<S extends Section>(section: S) {
  const strings = useStrings();
  const { client, queries, toasts } = useServices();
  const path = `/api/settings/${section}`;
  const queryKey = ['admin', path];
  const query = useQuery({ queryKey, queryFn: ({ signal }) => client.get<SettingsAnswer<S>>(path, signal) });

  async function patch(changes: SettingsPatch<S>): Promise<void> {
    const answer = await client.patch<SettingsAnswer<S>>(path, changes);
    queries.setQueryData(queryKey, answer);
    toasts.show({ text: strings.settings.saved });
    // What was changed may hold for oneself.
    await queries.invalidateQueries({ queryKey: sessionQuery(client).queryKey });
  }
  return { query, patch };
}
