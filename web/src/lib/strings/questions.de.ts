import { plural } from './plural.ts';
import type { questions as en } from './questions.en.ts';

export const questions: typeof en = {
  title: 'Aufgehobene Fragen',
  text: 'Wo Sie eine Antwort schlecht bewerten, für die Stellen gesucht wurden, wird die Frage hier aufgehoben. Stellen Sie nach einer Änderung alle noch einmal und sehen Sie, ob gefunden wird, was gefunden werden soll.',
  empty: 'Es ist keine Frage aufgehoben. Bewerten Sie eine Antwort mit falschen Quellen schlecht, dann steht sie hier.',
  failed: 'Die Fragen ließen sich nicht laden.',
  run: 'Alle noch einmal stellen',
  runs: 'Die letzten Male',
  noRuns: 'Sie wurden noch nicht noch einmal gestellt.',
  found: (count) => `fand damals ${count} ${plural(count, 'Stelle', 'Stellen')}`,
  expects: (count) =>
    count === 0
      ? 'noch nicht gesagt, was gefunden werden soll'
      : `${count} ${plural(count, 'Stelle soll', 'Stellen sollen')} gefunden werden`,
  mark: 'Markieren Sie, was gefunden werden soll:',
  gone: 'Eine Stelle, die es nicht mehr gibt',
  was: (rank) => `damals Nr. ${rank}`,
  is: (rank) => `jetzt Nr. ${rank}`,
  notNow: 'jetzt nicht gefunden',
  first: (rank) => (rank === null ? 'nicht gefunden' : `an Nr. ${rank}`),
  change: (before, after) => (before === after ? after : `vorher ${before}, jetzt ${after}`),
  asked: (count) => `${count} ${plural(count, 'Frage', 'Fragen')}`,
  unchanged: (count) => `${count} wie vorher`,
  newly: (count) => `${count} ${plural(count, 'findet', 'finden')} endlich etwas`,
  lost: (count) => `${count} ${plural(count, 'findet', 'finden')} nichts mehr`,
  recall: (share, change) => `Trefferquote ${share}${change}`,
  mrr: (share, change) => `mittlerer Kehrwert des Rangs ${share}${change}`,
  setup: (embedding, rerank) =>
    [embedding === null ? 'nach Wörtern' : `mit ${embedding}`, rerank !== null && `geordnet von ${rerank}`]
      .filter(Boolean)
      .join(', '),
  withoutEmbedding: (count) => `${count} ohne das Embedding-Modell`,
  withoutRerank: (count) => `${count} nicht geordnet`,
  adminText:
    'Die Fragen aller, deren Antworten schlecht bewertet wurden, noch einmal gestellt, jeweils mit deren Leserechten. Sie sehen nur Summen: Was jemand gefragt hat, bleibt bei ihm.',
  preview: 'Was würde jemand finden',
  previewText:
    'Fragt mit den Leserechten dieser Person und zeigt, welche Stellen kommen und warum. Ihren Wortlaut sehen Sie nur, wo Sie selbst lesen dürfen. Es wird im Protokoll vermerkt, ohne die Frage.',
  person: 'Person',
  seek: 'Person suchen',
  question: 'Frage',
  look: 'Nachsehen',
  nothing: 'Es wird nichts gefunden.',
  own: 'eigene Datei',
  through: (names) => `über ${names}`,
  noWords: 'Diese Datei dürfen Sie nicht lesen.',
};
