import { plural } from './plural.ts';
import type { files as english } from './files.en.ts';

/** Files, and how far their reading is. */
export const files: typeof english = {
  title: 'Dateien',
  text: 'Alles, was Sie angehängt oder hochgeladen haben. Der Librarian durchsucht es ganz.',
  upload: 'Dateien hochladen',
  search: 'Dateien nach Namen suchen',
  none: (q) => `Keine Datei hat „${q}“ im Namen.`,
  emptyTitle: 'Das Regal ist leer',
  emptyText:
    'Legen Sie PDF, Office-Dateien, Scans oder Text hier ab. Was darin steht, bleibt auf diesem Server und lässt sich mit Seite zitieren.',
  listFailed: 'Die Dateien konnten nicht geladen werden.',
  progress: (name) => `Hochladen von ${name}`,
  uploading: (percent) => `Wird hochgeladen, ${percent} %`,
  queued: 'Wartet auf das Lesen',
  processing: 'Wird gelesen',
  ready: 'Bereit',
  failed: 'Konnte nicht gelesen werden',
  uploadFailed: 'Hochladen gescheitert',
  pages: (count) => `${count} ${plural(count, 'Seite', 'Seiten')}`,
  remove: (name) => `${name} entfernen`,
  retry: (name) => `${name} erneut versuchen`,
  open: (name) => `${name} herunterladen`,
  delete: (name) => `${name} löschen`,
  deleted: (name) => `„${name}“ gelöscht`,
  more: 'Mehr zeigen',
};
