/** Where the page and its files are, with a slash at the end. */
export const base = import.meta.env.BASE_URL;

/**
 * Lets the page open without a connection. Plain HTTP in another room of the house has no workers, and a browser may refuse
 * one: then it is a page like any other.
 */
export async function keepShellOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${base}sw.js`, { scope: base });
    const { active } = await navigator.serviceWorker.ready;
    // The first visit fetched its files before the worker was there to see them.
    active?.postMessage({ keep: performance.getEntriesByType('resource').map(({ name }) => name) });
  } catch (error) {
    console.warn('This browser does not keep the page for when there is no connection.', error);
  }
}
