import { useEffect, useState } from 'react';
import { missingParts } from '../lib/part.tsx';
import { useStore } from '../lib/store.ts';
import { useServices } from './services.ts';

/**
 * Whether this page is older than the server: a part of it cannot be fetched although the server answers. Where it does
 * not answer, the connection is what is missing, and that is said elsewhere.
 */
export function useOutdated(): boolean {
  const { client } = useServices();
  const missing = useStore(missingParts) > 0;
  const [answered, setAnswered] = useState(false);
  useEffect(() => {
    if (!missing) return;
    let left = false;
    client.get('/api/version').then(
      () => !left && setAnswered(true),
      () => undefined,
    );
    return () => {
      left = true;
      setAnswered(false);
    };
  }, [missing, client]);
  return missing && answered;
}
