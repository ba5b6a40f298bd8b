import type { StoredFile } from '../../../../shared/api/files.ts';
import type { Client } from '../../lib/client.ts';
import { offline, refusalOf, toRefusal, type Refusal } from '../../lib/problem.ts';
import { serverUrl, standsElsewhere } from '../../lib/server.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { createUploadKeeper } from './upload-keeper.ts';

/** A file on its way: from the reader's disk to text that can be quoted. */
export type Upload = {
  key: string;
  file: File | null;
  filename: string;
  size: number;
  /** 0 to 1, of the bytes. */
  sent: number;
  phase: 'uploading' | 'refused' | StoredFile['status'];
  detail: string | null;
  refusal: Refusal | null;
  id: string | null;
};

export type Uploads = {
  store: Store<ReadonlyMap<string, readonly Upload[]>>;
  /** Goes on with what a page before this one had not finished for this person. */
  start(personId: string): void;
  add(slot: string, files: Iterable<File>): void;
  retry(slot: string, key: string): void;
  /** Takes a file off the list, ending its upload if it is under way. The stored file stays in Files. */
  remove(slot: string, key: string): void;
  /** Empties a list and gives what was in it; `put` brings it back. */
  take(slot: string): readonly Upload[];
  put(slot: string, uploads: readonly Upload[]): void;
  /** What the server says of a stored file, wherever it is on its way. */
  changed(fileId: string, status: string, detail: string | null): void;
};

/** The server tells when a file has been read; these ask for what was missed, the longer it has taken, the seldomer. */
const firstPoll = 1_500;
const slowestPoll = 15_000;
export const isMoving = (upload: Upload): boolean => ['uploading', 'queued', 'processing'].includes(upload.phase);

export const isBroken = (upload: Upload): boolean => upload.phase === 'refused' || upload.phase === 'failed';

type Tools = { client: Client; onStored(): void; lasting(slot: string): string };

export function createUploads({ client, onStored, lasting }: Tools): Uploads {
  const store = createStore<ReadonlyMap<string, readonly Upload[]>>(new Map());
  const requests = new Map<string, XMLHttpRequest>();

  const setList = (slot: string, to: (now: readonly Upload[]) => readonly Upload[]): void =>
    store.set((now) => new Map(now).set(slot, to(now.get(slot) ?? [])));
  const change = (slot: string, key: string, to: Partial<Upload>): void =>
    setList(slot, (list) => list.map((upload) => (upload.key === key ? { ...upload, ...to } : upload)));
  const find = (slot: string, key: string): Upload | undefined =>
    store
      .get()
      .get(slot)
      ?.find((one) => one.key === key);

  async function watch(slot: string, key: string, id: string, first = firstPoll): Promise<void> {
    let pause = first;
    for (;;) {
      const wait = pause;
      await new Promise((resolve) => setTimeout(resolve, wait));
      pause = Math.min(Math.max(pause, firstPoll) * 1.25, slowestPoll);
      const upload = find(slot, key);
      if (!upload || !isMoving(upload)) return;
      try {
        const file = await client.get<StoredFile>(`/api/files/${id}`);
        // What the server told in the meantime is newer.
        const now = find(slot, key);
        if (!now || !isMoving(now)) return;
        change(slot, key, { phase: file.status, detail: file.status_detail });
        if (file.status !== 'ready' && file.status !== 'failed') continue;
        return onStored();
      } catch (error) {
        if (!client.reachable.get()) continue;
        const { code, details } = refusalOf(error);
        if (code === 'RATE_LIMITED') {
          pause = Math.max(slowestPoll, (details.retry_after ?? 0) * 1_000);
          continue;
        }
        // Somebody has deleted it in the meantime.
        if (code === 'NOT_FOUND') setList(slot, (list) => list.filter((one) => one.key !== key));
        else change(slot, key, { phase: 'failed' });
        return;
      }
    }
  }

  /** XMLHttpRequest, because fetch does not tell how much of a body has been sent. */
  function start(slot: string, { key, file }: Upload, again = true): void {
    if (!file) return;
    const request = new XMLHttpRequest();
    requests.set(key, request);
    const body = new FormData();
    body.append('file', file, file.name);
    request.open('POST', serverUrl('/api/files'));
    request.withCredentials = standsElsewhere;
    request.setRequestHeader('accept', 'application/json');
    for (const [name, value] of Object.entries(client.credentials())) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => change(slot, key, { sent: total > 0 ? loaded / total : 0 });
    request.onerror = () => change(slot, key, { phase: 'refused', refusal: offline() });
    request.onload = () => {
      if (request.status !== 201) {
        const refusal = toRefusal(request.status, request.responseText, request.getResponseHeader('x-request-id'));
        if (again && (refusal.code === 'TOKEN_EXPIRED' || refusal.code === 'SESSION_EXPIRED'))
          return void startAgain(slot, key, refusal);
        return change(slot, key, { phase: 'refused', refusal });
      }
      const stored = JSON.parse(request.responseText) as StoredFile;
      change(slot, key, { phase: stored.status, detail: stored.status_detail, id: stored.id, sent: 1 });
      onStored();
      if (stored.status !== 'ready' && stored.status !== 'failed') void watch(slot, key, stored.id);
    };
    request.onloadend = () => void requests.delete(key);
    request.send(body);
  }

  /** Once more with a fresh session, if there is one to be had. */
  async function startAgain(slot: string, key: string, refusal: Refusal): Promise<void> {
    const woken = await client.renew().catch(() => false);
    const upload = find(slot, key);
    if (woken && upload) start(slot, upload, false);
    else change(slot, key, { phase: 'refused', refusal });
  }

  const keeper = createUploadKeeper({
    store,
    lasting,
    resume(slot, upload) {
      setList(slot, (list) => [...list, upload]);
      if (upload.id === null) start(slot, upload);
      else void watch(slot, upload.key, upload.id, 0);
    },
  });

  function retry(slot: string, key: string): void {
    change(slot, key, { phase: 'uploading', sent: 0, detail: null, refusal: null, id: null });
    const upload = find(slot, key);
    if (upload) start(slot, upload);
  }

  client.reachable.subscribe(() => {
    if (!client.reachable.get()) return;
    for (const [slot, list] of store.get())
      for (const { key, refusal } of list) if (refusal?.code === 'OFFLINE') retry(slot, key);
  });

  return {
    store,
    start: keeper.start,
    add(slot, files) {
      const added = [...files].map((file): Upload => {
        const state = { phase: 'uploading' as const, sent: 0, detail: null, refusal: null, id: null };
        return { key: crypto.randomUUID(), file, filename: file.name || 'file', size: file.size, ...state };
      });
      setList(slot, (list) => [...list, ...added]);
      for (const upload of added) start(slot, upload);
    },
    retry,
    remove(slot, key) {
      requests.get(key)?.abort();
      setList(slot, (list) => list.filter((upload) => upload.key !== key));
    },
    take(slot) {
      const list = store.get().get(slot) ?? [];
      setList(slot, () => []);
      return list;
    },
    changed(fileId, status, detail) {
      for (const [slot, list] of store.get()) {
        const upload = list.find(({ id }) => id === fileId);
        if (upload && isMoving(upload)) change(slot, upload.key, { phase: status as Upload['phase'], detail });
      }
    },
    put(slot, uploads) {
      setList(slot, (list) => [...uploads, ...list]);
    },
  };
}
