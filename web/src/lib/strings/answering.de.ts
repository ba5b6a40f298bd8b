import type { answering as english } from './answering.en.ts';

/** Of the composer and the answers: going on, comparing, waiting, and chats that are not kept. */
export const answering: typeof english = {
  diagram: 'Diagramm',
  asDiagram: 'Das Diagramm zeigen',
  asText: 'Zeigen, woraus es gezeichnet ist',
  notDrawn: 'Nur als Text darstellbar',
  copiedLast: 'Die letzte Antwort ist kopiert.',
  branch: 'Von hier abzweigen',
  branched: 'Ein neues Gespräch mit dem bisher Gesagten.',
  deleting: {
    button: 'Löschen',
    title: 'Diese Nachricht löschen?',
    text: 'Mit ihr geht alles, was danach gesagt wurde. Das lässt sich nicht rückgängig machen.',
    forGood: 'Endgültig löschen',
    done: 'Die Nachricht ist gelöscht.',
  },
  saveOnly: 'Speichern',
  goOn: 'Weiterschreiben',
  compare: {
    title: 'Antworten nebeneinander',
    choose: 'Weitere Modelle fragen',
    chosen: (count: number) =>
      count === 1 ? 'Ein weiteres Modell antwortet mit' : `${count} weitere Modelle antworten mit`,
    keep: 'Diese behalten',
    keepNamed: (model: string) => `Diese behalten: ${model}`,
    waiting: 'Wartet',
  },
  temporary: {
    title: 'Flüchtiger Chat',
    text: 'Nichts davon wird gespeichert; beim Neuladen ist er weg.',
    end: 'Beenden',
  },
  queue: {
    title: 'Wartende Nachrichten',
    text: 'Wird gesendet, sobald die Antwort fertig ist.',
    held: 'Noch nicht gesendet.',
    resume: 'Jetzt senden',
    send: 'Nach dieser Antwort senden',
    edit: 'Zurücknehmen und bearbeiten',
    remove: 'Zurücknehmen',
  },
};
