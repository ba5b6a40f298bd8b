import type { embeddings as en } from './en-embeddings.ts';
import { plural } from './plural.ts';

export const embeddings: typeof en = {
  title: 'Finden',
  text: 'Stellen werden immer nach ihren Wörtern gefunden. Mit einem Embedding-Modell werden sie auch nach ihrer Bedeutung gefunden, in anderen Worten als denen der Frage.',
  failed: 'Wie Stellen gefunden werden, ließ sich nicht laden.',
  off: 'Nur Wörter',
  offText:
    'Es ist kein Embedding-Modell gewählt. Wählen Sie unten eines, damit Stellen auch nach ihrer Bedeutung gefunden werden.',
  locked: (model) => `Die Umgebung entscheidet: EMBEDDING_MODEL ist ${model}.`,
  indexes: 'Verzeichnisse',
  states: { active: 'in Gebrauch', building: 'im Aufbau', previous: 'für den Weg zurück aufgehoben' },
  done: (done, all) => `${done} von ${all} Stellen`,
  progress: (model) => `Mit ${model} erfasste Stellen`,
  stuck: (reason) => `Es geht nicht weiter: ${reason} Es wird von selbst wieder versucht.`,
  beside:
    'Fragen gehen an das Verzeichnis in Gebrauch, bis dieses vollständig ist; dann übernimmt es in einem Schritt.',
  choose: 'Mit einem Modell erfassen',
  model: 'Embedding-Modell',
  noModels:
    'Kein Anbieter nennt ein Embedding-Modell. Laden Sie eines, zum Beispiel nomic-embed-text in Ollama, oder fügen Sie einen Anbieter hinzu, der eines hat.',
  estimate: 'Schätzen',
  estimated: (passages, calls, tokens) =>
    `${passages === 0 ? 'Keine' : passages.toLocaleString('de')} ${plural(passages, 'Stelle', 'Stellen')}, höchstens ${calls.toLocaleString('de')} ${plural(calls, 'Anfrage', 'Anfragen')} an das Modell und etwa ${tokens} Token. Derselbe Text wird nie zweimal geschickt.`,
  remote: 'Jede Stelle aus den Dateien aller wird an den Server dieses Modells geschickt.',
  start: 'Verzeichnis aufbauen',
  started: (model) => `${model} wird erfasst.`,
  cancel: 'Aufbau abbrechen',
  cancelled: 'Das Verzeichnis ist aufgegeben.',
  rollBack: 'Zu diesem zurückkehren',
  rolledBack: (model) => `${model} ist wieder in Gebrauch.`,
  switchOff: 'Nur nach Wörtern suchen',
  switchOffText: 'Alle Embeddings werden gelöscht. Um sie wieder zu haben, muss alles neu erfasst werden.',
  switchedOff: 'Jetzt wird nur nach Wörtern gesucht.',
};
