/** A kind of question, and what a sentence that answers it looks like. */
type Cue = { asks: RegExp; answers: RegExp };

const quantity = String.raw`(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|hundred|thousand|half|ein(?:e[nmrs]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig|dreißig|hundert|tausend)\b)`;
const period = String.raw`(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?)\b`;
const month = String.raw`\b(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni?|july?|juli|aug(?:ust)?|sep(?:tember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b`;
const re = (source: string): RegExp => new RegExp(source, 'iu');

const method = re(
  String.raw`\b(?:how (?:do|does|can|could|should|to|must|would)|steps?|procedure|instructions|wie (?:kann|kann ich|muss|soll|mache?|wird|werden|\p{L}+e (?:ich|man)|\p{L}+t man)|schritte|anleitung|vorgehen)\b`,
);
const negation = re(
  String.raw`\b(?:not|never|no|none|cannot|\p{L}+n['\u2019]t|except|nicht|nie|kein\p{L}*|außer|ausgenommen)\b`,
);

const cues: readonly Cue[] = [
  {
    asks: re(String.raw`\bhow (?:often|frequently)\b|\bwie (?:oft|häufig)\b`),
    answers: re(
      String.raw`\b(?:every|each|once|twice|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|per (?:day|week|month|year)|alle|jede[nsr]?|einmal|zweimal|täglich|wöchentlich|monatlich|jährlich|pro (?:tag|woche|monat|jahr))\b|${quantity}.{0,20}${period}`,
    ),
  },
  {
    asks: re(String.raw`\bhow (?:long|soon|old)\b|\bwie (?:lange|alt)\b|\bwarranty period\b|\b(?:dauer|frist)\b`),
    answers: re(String.raw`${quantity}[\s\S]{0,20}?${period}`),
  },
  {
    asks: re(
      String.raw`\bhow much\b.*\b(?:cost|costs|price|fee|rent|pay|charge)|\b(?:price|cost|fee|rent|deposit)\b|\bwas kostet\b|\b(?:preis|kosten|gebühr|miete|kaution)\b`,
    ),
    answers: /[$€£¥]|\d\s*(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|Franken)\b/iu,
  },
  {
    asks: re(
      String.raw`\bhow (?:many|much|heavy|tall|high|wide|deep|far|fast|big|large|loud|hot|warm)\b|\bwie (?:viele?n?|hoch|schwer|groß|breit|tief|weit|schnell|laut|warm|heiß)\b|\bcombien\b|\b(?:maximum|minimum|maximal|minimal)\w*\b`,
    ),
    answers: re(quantity),
  },
  {
    asks: re(
      String.raw`^\W*(?:und |and )?(?:when|since when|until when|by when|wann|ab wann|bis wann|seit wann|quand)\b|\b(?:what|which) (?:date|day|time|year)\b|\bwelche[ms]? (?:datum|tag|jahr)\b`,
    ),
    answers: re(
      String.raw`${month}|\b\d{4}\b|\b\d{1,2}[./:]\d{1,2}|\b(?:within|before|after|at the end|as soon as|innerhalb|spätestens|sobald|bevor|nachdem|uhr|o'clock)\b|${quantity}.{0,20}${period}`,
    ),
  },
  {
    asks: re(String.raw`\b(?:why|warum|weshalb|wieso|pourquoi)\b`),
    answers: re(
      String.raw`\b(?:because|since|due to|so that|therefore|otherwise|to prevent|to avoid|reason|weil|denn|wegen|damit|sonst|da|aufgrund|um .{1,80} zu)\b`,
    ),
  },
  {
    asks: re(String.raw`\b(?:who|whom|whose|wer|wem|wen)\b`),
    answers:
      /\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|\b(?:owner|tenant|landlord|manager|technician|department|team|staff|personnel|engineer|officer|board|Mieter|Vermieter|Leiter|Fachkraft|Abteilung|Vorstand)\w*/u,
  },
  { asks: negation, answers: negation },
  {
    asks: method,
    answers: re(
      String.raw`^\W*(?:to|in order to|um)\s|^\W*\d{1,2}[.)]\s|\b(?:first|then|next|afterwards|before you|zuerst|anschließend|danach|dann)\b`,
    ),
  },
  {
    asks: re(String.raw`\b(?:where|wo|wohin|où)\b`),
    answers: re(
      String.raw`\b(?:in|at|on|under|behind|below|above|beside|next to|inside|near|located|im|am|auf|unter|hinter|über|neben|innen|befindet|liegt)\b`,
    ),
  },
];

const definition = re(
  String.raw`^\W*(?:what(?:'s|\u2019s| is| are| does)|define|explain|was (?:ist|sind|bedeutet|heißt)|qu'est-ce)\b`,
);
const listing = re(
  String.raw`\b(?:which|what) (?!(?:is|was|does|has)\b)(?:are|\p{L}+s)\b|\blist\b|\bwelche\b|\bexamples?\b|\btypes? of\b|\bname (?:the|all)\b|\bwhat (?:is|comes) (?:included|in the box)\b|\b(?:included|contents|lieferumfang)\b`,
);

export type Asked = {
  /** How well the form of a sentence fits what is asked: 1 where nothing can be said, more where it fits. */
  fit(sentence: string): number;
  /** A definition is asked for. */
  defines: boolean;
  /** An order of steps, or several things, are asked for: lists are answers. */
  lists: boolean;
};

const fits = 1.4;

/** What the form of a question says about its answer. */
export function readCues(question: string): Asked {
  const asked = cues.filter(({ asks }) => asks.test(question));
  return {
    fit: (sentence) => (asked.some(({ answers }) => answers.test(sentence)) ? fits : 1),
    defines: definition.test(question) && asked.length === 0,
    lists: method.test(question) || listing.test(question),
  };
}
