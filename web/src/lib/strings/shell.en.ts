import { plural } from './plural.ts';

/** The frame around the pages, and what stands in it. */
export const shell = {
  navigation: 'Conversations and pages',
  newChat: 'New chat',
  search: 'Search by title',
  clearSearch: 'Clear the search',
  conversations: 'Conversations',
  archive: 'Archive',
  files: 'Files',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
  showSidebar: 'Show the sidebar',
  hideSidebar: 'Hide the sidebar',
  account: 'Your account',
  admin: 'Admin',
  theme: 'Appearance',
  groups: {
    pinned: 'Pinned',
    today: 'Today',
    yesterday: 'Yesterday',
    week: 'The last 7 days',
    month: 'The last 30 days',
    older: 'Older',
  },
  emptyTitle: 'No chats yet',
  emptyText: 'What you ask will be kept here.',
  noMatch: (q: string) => `No title matches “${q}”.`,
  emptyArchive: 'Nothing is archived.',
  more: (title: string) => `More for ${title}`,
  rename: 'Rename',
  renameLabel: 'New title',
  pin: 'Pin',
  unpin: 'Unpin',
  toArchive: 'Archive',
  fromArchive: 'Take out of the archive',
  delete: 'Delete',
  deleted: (title: string) => `“${title}” deleted`,
  archived: (title: string) => `“${title}” archived`,
  unarchived: (title: string) => `“${title}” is back`,
  pinned: 'pinned',
  apps: 'Where to',
  listFailed: 'The conversations could not be loaded.',
};

/** Files on their way, seen from every page. */
export const tray = {
  title: 'Files on their way',
  moving: (count: number) => `${count} ${plural(count, 'file', 'files')} on the way`,
  broken: 'A file could not be taken',
};
