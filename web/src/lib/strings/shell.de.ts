import { plural } from './plural.ts';
import type { notices as englishNotices, shell as english, tray as englishTray } from './shell.en.ts';

export const shell: typeof english = {
  navigation: 'Gespräche und Seiten',
  newChat: 'Neues Gespräch',
  search: 'Nach Titel suchen',
  clearSearch: 'Suche leeren',
  conversations: 'Gespräche',
  archive: 'Archiv',
  files: 'Dateien',
  settings: 'Einstellungen',
  shortcuts: 'Tastenkürzel',
  showSidebar: 'Seitenleiste zeigen',
  hideSidebar: 'Seitenleiste verbergen',
  account: 'Ihr Konto',
  admin: 'Verwaltung',
  theme: 'Darstellung',
  groups: {
    pinned: 'Angeheftet',
    today: 'Heute',
    yesterday: 'Gestern',
    week: 'Die letzten 7 Tage',
    month: 'Die letzten 30 Tage',
    older: 'Älter',
  },
  emptyTitle: 'Noch keine Gespräche',
  emptyText: 'Was Sie fragen, wird hier aufbewahrt.',
  noMatch: (q) => `Kein Titel passt zu „${q}“.`,
  emptyArchive: 'Nichts ist archiviert.',
  more: (title) => `Mehr zu ${title}`,
  rename: 'Umbenennen',
  renameLabel: 'Neuer Titel',
  pin: 'Anheften',
  unpin: 'Lösen',
  toArchive: 'Archivieren',
  fromArchive: 'Aus dem Archiv holen',
  delete: 'Löschen',
  deleted: (title) => `„${title}“ gelöscht`,
  archived: (title) => `„${title}“ archiviert`,
  unarchived: (title) => `„${title}“ ist zurück`,
  pinned: 'angeheftet',
  apps: 'Wohin',
  listFailed: 'Die Gespräche konnten nicht geladen werden.',
};

export const tray: typeof englishTray = {
  title: 'Dateien unterwegs',
  moving: (count) => `${count} ${plural(count, 'Datei', 'Dateien')} unterwegs`,
  broken: 'Eine Datei wurde nicht angenommen',
};

export const notices: typeof englishNotices = {
  title: (count) => (count === 0 ? 'Benachrichtigungen' : `Benachrichtigungen, ${count} neu`),
  none: 'Nichts Neues',
  text: 'Beantwortet, während Sie woanders waren',
  clear: 'Alle als gelesen markieren',
  unread: 'neue Antwort',
  answered: 'Die Antwort ist da.',
  setting: 'Benachrichtigungen',
  settingText: 'Die Glocke zeigt Antworten, die fertig wurden, während Sie woanders waren.',
  inBrowser: 'Auch durch diesen Browser melden lassen, wenn niemand auf die Seite sieht',
  refused: 'Der Browser erlaubt dieser Seite keine Benachrichtigungen. Das lässt sich in seinen Einstellungen ändern.',
};
