import { WifiOff } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { useStore } from '../lib/store.ts';
import { useStrings } from '../lib/strings/index.ts';
import { useServices } from './services.ts';
import { useOutdated } from './use-outdated.ts';

const watchNetwork = (listener: () => void): (() => void) => {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
};

/** Says that there is no connection, and knocks at the server until there is one. */
export function ConnectionBanner() {
  const strings = useStrings();
  const { client, queries } = useServices();
  const online = useSyncExternalStore(watchNetwork, () => navigator.onLine);
  const reachable = useStore(client.reachable);
  const down = !online || !reachable;
  const outdated = useOutdated();
  useEffect(() => {
    if (!down) return;
    const timer = setInterval(() => {
      client.get('/api/version').then(
        () => void queries.invalidateQueries({ predicate: (query) => query.state.status === 'error' }),
        () => undefined,
      );
    }, 4_000);
    return () => clearInterval(timer);
  }, [down, client, queries]);
  return (
    <div role="status">
      {down && (
        <p className="flex items-center justify-center gap-2.5 bg-warn-soft px-4 py-2 text-sm text-warn">
          <WifiOff size={16} aria-hidden className="shrink-0" />
          {online ? strings.app.unreachable : strings.app.offline}
        </p>
      )}
      {!down && outdated && (
        <p className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-2 text-sm text-warn">
          {strings.app.outdated}
          <button
            type="button"
            onClick={() => location.reload()}
            className="min-h-6 font-semibold underline underline-offset-4 hover:no-underline"
          >
            {strings.app.reload}
          </button>
        </p>
      )}
    </div>
  );
}
