import { plural } from './plural.ts';

/** Files, and how far their reading is. */
export const files = {
  title: 'Files',
  text: 'Everything you attached or uploaded. The Librarian searches all of it.',
  upload: 'Upload files',
  search: 'Search files by name',
  none: (q: string) => `No file has “${q}” in its name.`,
  emptyTitle: 'The shelf is empty',
  emptyText:
    'Drop a PDF, an office file, a scan or text here. What it says stays on this server and can be quoted with the page.',
  listFailed: 'The files could not be loaded.',
  progress: (name: string) => `Upload of ${name}`,
  uploading: (percent: number) => `Uploading, ${percent} %`,
  queued: 'Waiting to be read',
  processing: 'Being read',
  ready: 'Ready',
  failed: 'Could not be read',
  uploadFailed: 'Upload failed',
  pages: (count: number) => `${count} ${plural(count, 'page', 'pages')}`,
  remove: (name: string) => `Remove ${name}`,
  retry: (name: string) => `Try ${name} again`,
  open: (name: string) => `Download ${name}`,
  delete: (name: string) => `Delete ${name}`,
  deleted: (name: string) => `“${name}” deleted`,
  more: 'Show more',
};
