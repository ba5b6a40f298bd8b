/** Reloading a page, or changing networks, is no leaving. */
const GRACE_MS = 5_000;
/** People come and go in crowds (a restart): how many are here is told at most this often. */
const COUNT_MS = 250;

type Deps = {
  onChange(userId: string, online: boolean): void;
  onCount(count: number): void;
  /** Somebody came to this process, or left it. */
  onHere?(userId: string, here: boolean): void;
  graceMs?: number;
};

/** Who is here: with one socket or with several, at whichever process, and for a moment after the last of them is gone. */
export function createPresence({ onChange, onCount, onHere, graceMs = GRACE_MS }: Deps) {
  const sockets = new Map<string, Set<string>>();
  /** People at other processes, and at which of them. */
  const elsewhere = new Map<string, Set<string>>();
  const leaving = new Map<string, NodeJS.Timeout>();
  let both = 0;
  let telling: NodeJS.Timeout | undefined;

  const tell = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      onCount(count());
    }, COUNT_MS).unref();
  };
  const count = (): number => sockets.size + elsewhere.size - both;
  const change = (userId: string, online: boolean): void => {
    onChange(userId, online);
    tell();
  };
  const left = (userId: string): void => {
    leaving.delete(userId);
    sockets.delete(userId);
    onHere?.(userId, false);
    if (elsewhere.has(userId)) both -= 1;
    else change(userId, false);
  };

  return {
    get count() {
      return count();
    },
    /** How many sockets somebody has at this process. */
    of: (userId: string): number => sockets.get(userId)?.size ?? 0,
    /** People at this process. */
    here: (): string[] => [...sockets.keys()],
    enter(userId: string, socketId: string): void {
      clearTimeout(leaving.get(userId));
      leaving.delete(userId);
      const known = sockets.get(userId);
      if (known) return void known.add(socketId);
      sockets.set(userId, new Set([socketId]));
      onHere?.(userId, true);
      if (elsewhere.has(userId)) both += 1;
      else change(userId, true);
    },
    leave(userId: string, socketId: string): void {
      const known = sockets.get(userId);
      if (!known?.delete(socketId) || known.size > 0) return;
      leaving.set(userId, setTimeout(() => left(userId), graceMs).unref());
    },
    /** Somebody came to another process, or has left it. */
    enterElsewhere(userId: string, process: string): void {
      const known = elsewhere.get(userId);
      if (known) return void known.add(process);
      elsewhere.set(userId, new Set([process]));
      if (sockets.has(userId)) both += 1;
      else change(userId, true);
    },
    leaveElsewhere(userId: string, process: string): void {
      const known = elsewhere.get(userId);
      if (!known?.delete(process) || known.size > 0) return;
      elsewhere.delete(userId);
      if (sockets.has(userId)) both -= 1;
      else change(userId, false);
    },
    close(): void {
      clearTimeout(telling);
      for (const timer of leaving.values()) clearTimeout(timer);
    },
  };
}
