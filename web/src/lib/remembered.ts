/**
 * Preferences and drafts of this browser; never anything secret. A browser that refuses storage (private mode, full
 * disk) only forgets: reading gives null and writing does nothing.
 */
export const remembered = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(`carrel.${key}`);
    } catch {
      return null;
    }
  },
  /** Forgets every key that begins so. */
  forget(prefix: string): void {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(`carrel.${prefix}`)) localStorage.removeItem(key);
    } catch {
      // Where nothing can be kept there is nothing to forget.
    }
  },
  write(key: string, value: string | null): void {
    try {
      if (value === null || value === '') localStorage.removeItem(`carrel.${key}`);
      else localStorage.setItem(`carrel.${key}`, value);
    } catch {
      // Forgetting a preference is better than a page that breaks.
    }
  },
};
