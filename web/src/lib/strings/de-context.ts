import type { context as contextWords, memory as memoryWords } from './en-context.ts';
import { plural } from './plural.ts';

export const context: typeof contextWords = {
  meter: (share) => `Kontext: zu ${share} voll`,
  meterText: (used, limit) => `${used} von ${limit} Token`,
  assumed: 'Der Anbieter sagt nicht, wie groß das Fenster ist; das ist die übliche Größe.',
  parts: {
    summary: 'Zusammenfassung des Früheren',
    messages: 'Nachrichten',
    memories: 'Erinnerungen',
    answer: 'Platz für die Antwort',
  },
  full: 'Ist es voll, wird Älteres zusammengefasst. Die Zusammenfassung steht lesbar im Gespräch.',
  failed: 'Das ließ sich nicht messen.',
  summary: (turns) => `Früheres, zusammengefasst (${turns})`,
  turns: (count) => `${count} ${plural(count, 'Nachricht', 'Nachrichten')}`,
  summaryText: 'Von hier an bekommt das Modell dies anstelle der Nachrichten selbst. Sie sind alle noch da.',
  omitted: (count) =>
    count === 1
      ? 'Eine noch ältere Nachricht war selbst für die Zusammenfassung zu viel und fehlt darin.'
      : `${count} noch ältere Nachrichten waren selbst für die Zusammenfassung zu viel und fehlen darin.`,
  followUps: 'Fragen vorschlagen',
  followUpsList: 'Vorgeschlagene Fragen',
  noFollowUps: 'Diesmal gibt es keine Vorschläge.',
  readAloud: 'Vorlesen',
  memoryOff: 'Hier ohne Erinnerungen',
  memoryOn: 'Hier mit Erinnerungen',
  dictate: 'Diktieren',
  dictateByBrowser: 'Diktieren (der Browser schickt das Gesagte vielleicht an seinen Hersteller)',
  dictateStop: 'Diktat beenden',
  dictationFailed: {
    denied: 'Das Mikrofon darf nicht benutzt werden. Erlauben Sie es im Browser für diese Seite.',
    failed:
      'Was Sie gesagt haben, konnte nicht aufgeschrieben werden. Versuchen Sie es noch einmal, oder tippen Sie es.',
  },
  cost: (amount: string) => `Kosten ${amount}`,
  autoFollowUps: 'Nach jeder Antwort Fragen vorschlagen',
  autoFollowUpsText: 'Das ist jedes Mal ein kurzer Aufruf des Modells.',
  readStop: 'Vorlesen beenden',
};

export const memory: typeof memoryWords = {
  title: 'Gedächtnis',
  text: 'Was Modelle in jedem Gespräch über Sie erfahren. Schreiben Sie im Chat „Merk dir, dass …“ oder fügen Sie es hier hinzu. Niemand sonst sieht es.',
  use: 'Erinnerungen verwenden',
  learns: 'Aus meinen Nachrichten lernen',
  learnsText:
    'Nach jeder Antwort sucht das Modell in Ihrer Nachricht nach dauerhaften Tatsachen über Sie. Dateien und Antworten werden nicht angesehen.',
  add: 'Etwas zum Merken',
  addHint: 'Eine Tatsache, etwa „Ich schreibe österreichisches Deutsch“.',
  save: 'Merken',
  empty: 'Noch ist nichts gemerkt.',
  failed: 'Die Erinnerungen konnten nicht geladen werden',
  learned: 'aus einem Gespräch gelernt',
  inUse: (text) => `„${text}“ verwenden`,
  change: (text) => `„${text}“ ändern`,
  remove: (text) => `„${text}“ vergessen`,
  removed: 'Vergessen.',
  more: 'Mehr anzeigen',
};
