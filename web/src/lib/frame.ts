/**
 * Runs `work` at most once per painted frame however often `ask` is called. Hidden tabs paint no frames, so there a slow
 * timer takes over and an answer is complete when the reader comes back.
 */
export function oncePerFrame(work: () => void): { ask(): void; now(): void } {
  let cancel: (() => void) | null = null;
  const run = (): void => {
    cancel = null;
    work();
  };
  return {
    ask() {
      if (cancel) return;
      if (document.hidden) {
        const timer = setTimeout(run, 250);
        cancel = () => clearTimeout(timer);
      } else {
        const frame = requestAnimationFrame(run);
        cancel = () => cancelAnimationFrame(frame);
      }
    },
    now() {
      cancel?.();
      run();
    },
  };
}
