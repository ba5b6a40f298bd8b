/** Reloading a page, or changing networks, is no leaving. */
const GRACE_MS = 5_000;
/** People come and go in crowds (a restart): how many are here is told at most this often. */
const COUNT_MS = 250;

type Deps = {
  onChange(userId: string, online: boolean): void;
  onCount(count: number): void;
  graceMs?: number;
};

/** Who is here: with one socket or with several, and for a moment after the last of them is gone. */
export function createPresence({ onChange, onCount, graceMs = GRACE_MS }: Deps) {
  const sockets = new Map<string, Set<string>>();
  const leaving = new Map<string, NodeJS.Timeout>();
  let telling: NodeJS.Timeout | undefined;

  const tell = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      onCount(sockets.size);
    }, COUNT_MS).unref();
  };
  const left = (userId: string): void => {
    leaving.delete(userId);
    sockets.delete(userId);
    onChange(userId, false);
    tell();
  };

  return {
    get count() {
      return sockets.size;
    },
    /** How many sockets somebody has. */
    of: (userId: string): number => sockets.get(userId)?.size ?? 0,
    enter(userId: string, socketId: string): void {
      clearTimeout(leaving.get(userId));
      leaving.delete(userId);
      const known = sockets.get(userId);
      if (known) return void known.add(socketId);
      sockets.set(userId, new Set([socketId]));
      onChange(userId, true);
      tell();
    },
    leave(userId: string, socketId: string): void {
      const known = sockets.get(userId);
      if (!known?.delete(socketId) || known.size > 0) return;
      leaving.set(userId, setTimeout(() => left(userId), graceMs).unref());
    },
    close(): void {
      clearTimeout(telling);
      for (const timer of leaving.values()) clearTimeout(timer);
    },
  };
}
