import { useState } from 'react';

/** The token of a mailed link. It stands behind the hash, which is sent to no server; once read it leaves the address bar and the history. */
export function useMailedToken(): string | null {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('token'));
  if (token !== null && window.location.hash !== '')
    window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}
