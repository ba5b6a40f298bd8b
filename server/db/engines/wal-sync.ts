import { closeSync, fdatasync, openSync } from 'node:fs';

export type WalSync = {
  /** Resolves when everything that was committed before this call is on the disk. Rejects with the system's error. */
  synced(): Promise<void>;
  /** After the syncs that run. */
  close(): Promise<void>;
};

/**
 * Group commit. SQLite's own sync at each commit (`synchronous = FULL`) would hold the event loop up for as long as the disk
 * takes; with `NORMAL` it writes its log and leaves the sync to us: one, off the event loop, for all that was committed while
 * the last one ran. Whoever writes waits for it, so that what was answered is kept also when the power fails.
 */
export function createWalSync(path: string): WalSync {
  let fd: number | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function sync(): Promise<void> {
    running = new Promise<void>((resolve, reject) => {
      // SQLite makes the file with the first commit, and keeps it until it is closed. Windows syncs only what is open for writing.
      fd ??= openSync(path, 'r+');
      fdatasync(fd, (error) => (error ? reject(error) : resolve()));
    }).finally(() => {
      running = undefined;
    });
    return running;
  }

  function following(): Promise<void> {
    next = undefined;
    return sync();
  }

  return {
    synced() {
      if (!running) return sync();
      // What is written now may be too late for the one that runs.
      next ??= running.then(following, following);
      return next;
    },
    async close() {
      await Promise.allSettled([running, next]);
      if (fd !== undefined) closeSync(fd);
    },
  };
}
