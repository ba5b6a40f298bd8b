/** Resolves in a task of its own, so that between long pieces of work the browser can draw, and answer to keys and fingers. */
export const turn = (): Promise<void> =>
  typeof scheduler === 'undefined' || !('yield' in scheduler)
    ? new Promise((resolve) => setTimeout(resolve))
    : scheduler.yield();
