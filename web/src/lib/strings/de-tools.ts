import type { tools as english } from './en-tools.ts';

/** Of what a model may do beside writing: its tools, and the questions they ask first. */
export const tools: typeof english = {
  menu: 'Werkzeuge',
  menuOn: (count) => `Werkzeuge: ${count} eingeschaltet`,
  asksFirst: 'fragt vorher',
  names: {
    search_files: 'Meine Dateien durchsuchen',
    fetch_page: 'Eine Webseite lesen',
    calculator: 'Rechner',
    current_time: 'Datum und Uhrzeit',
    web_search: 'Im Web suchen',
    remember: 'Etwas merken',
    recall: 'Nachsehen, was ich gesagt habe',
  },
  running: 'Läuft',
  done: 'Fertig',
  failed: 'Fehlgeschlagen',
  denied: 'Nicht erlaubt',
  unfinished: 'Nie zu Ende gekommen',
  asks: 'Wartet auf Sie',
  noArguments: 'Es wurde nichts übergeben.',
  result: 'Ergebnis',
  fileGone: (name) => `„${name}“ gibt es nicht mehr.`,
  question: (tool) => `Darf „${tool}“ das tun?`,
  why: 'Das Modell bittet darum, vielleicht wegen etwas, das es gelesen hat. Sehen Sie sich vorher an, was übergeben wird.',
  allow: 'Erlauben',
  always: 'In dieser Unterhaltung immer',
  deny: 'Nicht erlauben',
};
