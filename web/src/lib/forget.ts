import { remembered } from './remembered.ts';
import { keptUploads } from './kept-uploads.ts';

/**
 * What this browser holds of the person who leaves: drafts, files on their way, the kept page, what earlier versions told
 * them. How it looks here stays.
 */
export async function forgetPerson(): Promise<void> {
  for (const prefix of ['draft.', 'person', 'model', 'notices']) remembered.forget(prefix);
  await Promise.allSettled([keptUploads.clear(), dropShell()]);
}

async function dropShell(): Promise<void> {
  if (!('caches' in globalThis)) return;
  for (const name of await caches.keys()) if (name.startsWith('carrel-')) await caches.delete(name);
}
