/** Everything the Librarian says in its own words, by language. Names of files come ready for Markdown. */
export type Strings = {
  from(file: string, page: number | undefined): string;
  closest: string;
  overview: string;
  nothing(files: readonly string[]): string;
  empty: string;
  about: string;
  greeting: string;
  thanks: string;
};

const en: Strings = {
  from: (file, page) => (page === undefined ? `From *${file}*:` : `From *${file}*, page ${page}:`),
  closest: 'I found no passage that answers this outright. These come closest:',
  overview: 'I cannot summarise in my own words, since I only quote. This is how the text presents itself:',
  nothing: (files) =>
    `Nothing in the passages that I looked at${files.length > 0 ? ` (in ${files.map((file) => `*${file}*`).join(', ')})` : ''} answers this.\n\n` +
    'What you can try: ask with the words that the document itself would use, attach the file that you mean, or connect a language model and choose it for this chat.',
  empty:
    'I found nothing in your files that answers this.\n\n' +
    'I answer only by quoting documents. If you have not added any yet, drop a PDF, an office file, a scan or text into this chat and ask again. ' +
    'Otherwise try the words that the document itself would use, or connect a language model for questions that no document answers.',
  about:
    'I am the Librarian, and I am not a language model. I look up your question in the files that you have added, choose the sentences that answer it, ' +
    'and quote them word for word with file and page, so that you can check each one. I cannot write, translate, reason or know anything that is not in your files.\n\n' +
    'Attach a PDF, an office file, a scan or text and ask about what is in it: “How long is the warranty?”, “How do I change the filter?” ' +
    'For everything else, connect a language model and choose it for this chat.',
  greeting:
    'Hello. I am the Librarian: I answer questions by quoting your files, and I am not a language model. Attach a file, or ask about one that you have added already.',
  thanks: 'You are welcome. Ask on whenever you like.',
};

const de: Strings = {
  from: (file, page) => (page === undefined ? `Aus *${file}*:` : `Aus *${file}*, Seite ${page}:`),
  closest: 'Eine Stelle, die das geradeheraus beantwortet, habe ich nicht gefunden. Am nächsten kommen:',
  overview:
    'Mit eigenen Worten zusammenfassen kann ich nicht, denn ich zitiere nur. So stellt der Text sich selbst vor:',
  nothing: (files) =>
    `In den Stellen, die ich durchgesehen habe${files.length > 0 ? ` (in ${files.map((file) => `*${file}*`).join(', ')})` : ''}, beantwortet nichts diese Frage.\n\n` +
    'Was helfen kann: mit den Worten fragen, die im Dokument selbst stehen, die gemeinte Datei anhängen oder ein Sprachmodell verbinden und für diesen Chat wählen.',
  empty:
    'In Ihren Dateien habe ich nichts gefunden, was diese Frage beantwortet.\n\n' +
    'Ich antworte nur mit Zitaten aus Dokumenten. Wenn noch keine da sind, ziehen Sie eine PDF-, Office- oder Textdatei oder einen Scan in diesen Chat und fragen Sie noch einmal. ' +
    'Sonst versuchen Sie es mit den Worten, die im Dokument selbst stehen, oder verbinden Sie ein Sprachmodell für Fragen, die kein Dokument beantwortet.',
  about:
    'Ich bin der Librarian, der Bibliothekar, und kein Sprachmodell. Ich schlage Ihre Frage in den Dateien nach, die Sie hinzugefügt haben, suche die Sätze heraus, die sie beantworten, ' +
    'und zitiere sie wörtlich mit Datei und Seite, damit Sie jeden nachprüfen können. Ich kann nicht schreiben, übersetzen oder schließen und weiß nichts, was nicht in Ihren Dateien steht.\n\n' +
    'Hängen Sie eine PDF-, Office- oder Textdatei oder einen Scan an und fragen Sie nach ihrem Inhalt: „Wie lange gilt die Garantie?“, „Wie wechsle ich den Filter?“ ' +
    'Für alles andere verbinden Sie ein Sprachmodell und wählen es für diesen Chat.',
  greeting:
    'Guten Tag. Ich bin der Librarian: Ich beantworte Fragen mit Zitaten aus Ihren Dateien und bin kein Sprachmodell. Hängen Sie eine Datei an oder fragen Sie nach einer, die schon da ist.',
  thanks: 'Gern geschehen. Fragen Sie jederzeit weiter.',
};

export const stringsFor = (language: string | null): Strings => (language === 'de' ? de : en);
