import { plural } from './plural.ts';
import type { sources as en } from './sources.en.ts';

export const sources: typeof en = {
  doubted: 'Das Zitat steht nicht in dieser Quelle',
  openDoubted: (index, title) => `Quelle ${index} öffnen, ${title}: Das Zitat steht nicht darin`,
  unproven: (count) =>
    plural(
      count,
      'Ein Zitat steht nicht in der Quelle, die dafür genannt wird',
      'Zitate stehen nicht in den Quellen, die dafür genannt werden',
    ),
  notHere: (quote) => `Die Antwort zitiert „${quote}“. Das steht hier nicht.`,
  asPage: 'Seite',
  asText: 'Text',
  whole: 'Ganze Datei öffnen',
  document: 'Dokument',
  pageOf: (page, count) => `Seite ${page} von ${count}`,
  pageBefore: 'Seite davor',
  pageAfter: 'Seite danach',
  larger: 'Größer',
  smaller: 'Kleiner',
  pageFailed: 'Diese Seite lässt sich nicht darstellen. Laden Sie die Datei herunter, um sie anzusehen.',
  documentFailed: 'Die Datei konnte nicht geöffnet werden. Versuchen Sie es noch einmal oder laden Sie sie herunter.',
  unplaced: 'Wo die Stelle auf dieser Seite steht, ist nicht bekannt. Im Text ist sie markiert.',
  noText: 'In dieser Datei wurde kein Text gefunden.',
  goneTitle: 'Diese Datei ist nicht da',
  goneText: 'Sie wurde gelöscht oder ist nicht mehr für Sie freigegeben.',
  allFiles: 'Alle Dateien',
  look: (index) => `Quelle ${index} ansehen`,
};
