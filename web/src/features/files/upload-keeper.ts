import { keptUploads, type KeptUpload } from '../../lib/kept-uploads.ts';
import type { Upload, Uploads } from './uploads.ts';

type Deps = {
  store: Uploads['store'];
  /** The name of a slot that the next page knows, too. */
  lasting(slot: string): string;
  /** What the kept ones go on with. */
  resume(slot: string, upload: Upload): void;
};

/** Among the files themselves one is done with when the server has it. All others lie beside something that is still to be done. */
const isDone = (slot: string, { id }: Upload): boolean => slot === 'files' && id !== null;

/** Keeps what lies on the lists in the browser, as they change; and takes it out again once, after a reload. */
export function createUploadKeeper({ store, lasting, resume }: Deps) {
  const kept = new Map<string, string>();
  let person: string | null = null;
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);

  function follow(): void {
    if (person === null) return;
    const gone = new Set(kept.keys());
    for (const [slot, list] of store.get())
      for (const upload of list) {
        const { key, filename, size, id, file } = upload;
        if (isDone(slot, upload) || (id === null && file === null)) continue;
        gone.delete(key);
        const place = lasting(slot);
        const as = `${place} ${id}`;
        if (kept.get(key) === as) continue;
        kept.set(key, as);
        quietly(keptUploads.put({ key, person, slot: place, filename, size, id, file: id === null ? file : null }));
      }
    for (const key of gone) {
      kept.delete(key);
      quietly(keptUploads.drop(key));
    }
  }

  async function takeUp(whose: string): Promise<void> {
    const all = await keptUploads.all().catch((): KeptUpload[] => []);
    person = whose;
    for (const { key, slot, filename, size, file, id, person: owner } of all) {
      if (owner !== whose) {
        quietly(keptUploads.drop(key));
        continue;
      }
      kept.set(key, `${slot} ${id}`);
      const phase = id === null ? 'uploading' : 'processing';
      resume(slot, { key, file, filename, size, id, phase, sent: 0, detail: null, refusal: null });
    }
    follow();
  }

  store.subscribe(follow);
  return {
    /** Goes on with what this person's last page had not finished. Once: what follows is this page's own. */
    start(whose: string): void {
      if (person === null) void takeUp(whose);
    },
  };
}
