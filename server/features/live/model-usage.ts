/** Said again and again while a model is in use; silence for this long ends it. */
const USED_MS = 10_000;

/** Which models are in use, by what each socket said last. `onChange` is told whenever the list is another one. */
export function createModelUsage({
  onChange,
  usedMs = USED_MS,
}: {
  onChange(models: string[]): void;
  usedMs?: number;
}) {
  const uses = new Map<string, { model: string; timer: NodeJS.Timeout }>();
  let last = '';

  const models = (): string[] => [...new Set([...uses.values()].map(({ model }) => model))].toSorted();
  const tell = (): void => {
    const now = models();
    const key = JSON.stringify(now);
    if (key === last) return;
    last = key;
    onChange(now);
  };
  const end = (socketId: string): void => {
    clearTimeout(uses.get(socketId)?.timer);
    if (uses.delete(socketId)) tell();
  };

  return {
    models,
    end,
    begin(socketId: string, model: string): void {
      clearTimeout(uses.get(socketId)?.timer);
      uses.set(socketId, { model, timer: setTimeout(() => end(socketId), usedMs).unref() });
      tell();
    },
    close(): void {
      for (const { timer } of uses.values()) clearTimeout(timer);
    },
  };
}
