import { fold } from './fold.ts';

const list = (text: string): ReadonlySet<string> => new Set(fold(text).trim().split(/\s+/));

/** Words that ask for something to be done with the files rather than say what is sought in them. */
export const requestWords = list(`
  summarise summarize summary summaries overview outline gist explain describe description tell show give find list read
  document documents file files pdf pdfs text texts page pages paragraph attached attachment attachments upload uploaded
  content contents topic topics information info say says said mean means mention mentions mentioned question answer help
  know want key main points point everything anything something thing things
  zusammenfassung zusammenfassen zusammen fasse fass überblick übersicht inhalt erkläre erklären beschreibe zeige zeig nenne
  finde suche dokument dokumente dokuments datei dateien text texte seite seiten anhang angehängt hochgeladen steht stehen
  sagt sagen bedeutet erwähnt frage antwort thema themen wissen alles etwas geht wichtigste wichtigsten punkte
  résume résumé résumer document documents fichier fichiers texte explique décris montre page pages contenu`);

/**
 * "How heavy is …" is answered by a sentence that speaks of weight. What each adjective of measure is said with; the
 * adjective itself always counts too.
 */
export const measures: Readonly<Record<string, readonly string[]>> = {
  heavy: ['weight', 'weighs', 'kg'],
  tall: ['height', 'high'],
  high: ['height', 'tall'],
  wide: ['width'],
  deep: ['depth'],
  fast: ['speed'],
  far: ['distance', 'range'],
  expensive: ['price', 'cost'],
  loud: ['noise', 'db', 'sound'],
  hot: ['temperature'],
  warm: ['temperature', 'temperatur'],
  big: ['size', 'dimensions', 'area'],
  large: ['size', 'dimensions', 'capacity', 'area'],
  schwer: ['gewicht', 'wiegt', 'kg'],
  hoch: ['höhe', 'betrag', 'beträgt'],
  breit: ['breite'],
  tief: ['tiefe'],
  schnell: ['geschwindigkeit'],
  weit: ['entfernung', 'reichweite'],
  teuer: ['preis', 'kosten', 'kostet'],
  laut: ['lautstärke', 'geräusch', 'db'],
  heiss: ['temperatur'],
  gross: ['größe', 'abmessungen', 'fassungsvermögen', 'fläche', 'wohnfläche', 'quadratmeter'],
};

/** "How long", "wie viele": the words of asking, which say nothing of the subject. */
export const askingPhrase =
  /\b(?:how\s+(?:long|many|much|often|old|soon|frequently|come)|wie\s+(?:lange|viele?n?|oft|hoch|alt|häufig)|was\s+(?:für|heisst|heißt)|combien\s+de)\b/giu;
export const measurePhrase = /\b(?:how|wie)\s+(\p{L}+)/giu;
