import { useEffect, useState } from 'react';
import { useServices } from './services.ts';

/** `url` shows what is there, where an element takes an address; null until there is one. */
export type Content = { url: string | null; failed: boolean };

const coming: Content = { url: null, failed: false };

/**
 * What the server has at a path (`/api/…`; null for nothing), for a picture or a recording. With the session's cookie its address will do; where
 * the server takes tokens it is fetched by the client, and held as long as it is shown.
 */
export function useContent(path: string | null): Content {
  const { client } = useServices();
  const [fetched, setFetched] = useState<Content & { path: string | null }>({ ...coming, path: null });
  const byToken = client.byToken();
  useEffect(() => {
    if (!byToken || path === null) return;
    let url: string | null = null;
    const leave = new AbortController();
    client
      .open('GET', path, { signal: leave.signal })
      .then((response) => response.blob())
      .then((blob) => {
        if (leave.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setFetched({ path, url, failed: false });
      })
      .catch(() => !leave.signal.aborted && setFetched({ path, url: null, failed: true }));
    return () => {
      leave.abort();
      if (url) URL.revokeObjectURL(url);
      setFetched({ ...coming, path: null });
    };
  }, [byToken, client, path]);
  if (!byToken) return { url: path, failed: false };
  // What was at another path is shown no longer, not even until this one's has come.
  return fetched.path === path ? fetched : coming;
}
