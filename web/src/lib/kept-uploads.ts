/** A file that lies somewhere on the page, with what it needs to be shown there again. */
export type KeptUpload = {
  key: string;
  /** Whose it is: nobody else's page goes on with it. */
  person: string;
  slot: string;
  filename: string;
  size: number;
  /** Null once the server has it. */
  file: File | null;
  id: string | null;
};

const DATABASE = 'carrel';
const STORE = 'uploads';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser keeps no files.'));
  });

let opened: Promise<IDBDatabase> | undefined;
function open(): Promise<IDBDatabase> {
  opened ??= (async () => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    return settled(request);
  })();
  return opened;
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return settled(work(database.transaction(STORE, mode).objectStore(STORE)));
}

/**
 * Files on their way, kept in this browser so that a reload goes on with them. A browser that keeps nothing (private mode,
 * full disk) rejects: then a reload ends what was on its way.
 */
export const keptUploads = {
  put: (upload: KeptUpload): Promise<unknown> => within('readwrite', (store) => store.put(upload)),
  drop: (key: string): Promise<unknown> => within('readwrite', (store) => store.delete(key)),
  all: (): Promise<KeptUpload[]> => within('readonly', (store) => store.getAll() as IDBRequest<KeptUpload[]>),
  clear: (): Promise<unknown> => within('readwrite', (store) => store.clear()),
};
