/** Said again and again while a model is in use; silence for this long ends it. */
const USED_MS = 10_000;

type Deps = {
  onChange(models: string[]): void;
  /** What is in use at this process is another list now. */
  onHere?(): void;
  usedMs?: number;
};

const sorted = (models: Iterable<string>): string[] => [...new Set(models)].toSorted();

/** Which models are in use, by what each socket said last, here and at other processes. `onChange` is told whenever the list is another one. */
export function createModelUsage({ onChange, onHere, usedMs = USED_MS }: Deps) {
  const uses = new Map<string, { model: string; timer: NodeJS.Timeout }>();
  const elsewhere = new Map<string, readonly string[]>();
  let last = { here: '[]', all: '[]' };

  const here = (): string[] => sorted([...uses.values()].map(({ model }) => model));
  const models = (): string[] => sorted([...here(), ...[...elsewhere.values()].flat()]);
  const tell = (): void => {
    const now = { here: JSON.stringify(here()), all: JSON.stringify(models()) };
    const before = last;
    last = now;
    if (now.here !== before.here) onHere?.();
    if (now.all !== before.all) onChange(models());
  };
  const end = (socketId: string): void => {
    clearTimeout(uses.get(socketId)?.timer);
    if (uses.delete(socketId)) tell();
  };

  return {
    here,
    models,
    end,
    begin(socketId: string, model: string): void {
      clearTimeout(uses.get(socketId)?.timer);
      uses.set(socketId, { model, timer: setTimeout(() => end(socketId), usedMs).unref() });
      tell();
    },
    /** What is in use at another process. */
    setElsewhere(process: string, list: readonly string[]): void {
      if (list.length === 0) elsewhere.delete(process);
      else elsewhere.set(process, list);
      tell();
    },
    close(): void {
      for (const { timer } of uses.values()) clearTimeout(timer);
    },
  };
}
