import { detectLanguage } from '../../../../lib/text/language.ts';
import { leansOnPrevious } from '../../../../lib/text/follow-up.ts';
import { readQuestion, withinEnds, type Concept, type Question } from '../../../../lib/text/question.ts';
import type { LlmMessage } from '../../driver.ts';
import { textOf } from '../../messages.ts';

export type Request = {
  kind: 'greeting' | 'thanks' | 'about' | 'question';
  text: string;
  question: Question;
  language: string | null;
};

const greeting =
  /^\W*(?:hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening|day)|hallo|servus|moin|grüß gott|guten (?:tag|morgen|abend))(?:\s+(?:there|librarian|zusammen|du|you))?\W*$/iu;
const thanks =
  /^\W*(?:thanks|thank you|thx|cheers|danke|vielen dank|dankeschön)(?:\s+(?:so much|very much|a lot|schön|sehr|you))?\W*$/iu;
const about = [
  /^\W*(?:help|hilfe|\?)\W*$/iu,
  /\b(?:who|what) (?:exactly )?are you\b|\bwhat can you do\b|\bhow do you work\b|\bwhat do you do\b/iu,
  /\bare you (?:an? )?(?:real )?(?:ai|language model|llm|chat ?gpt|gpt|claude|human|person|bot|robot|model)\b/iu,
  /\b(?:wer|was) bist du\b|\b(?:wer|was) sind sie\b|\bwas (?:kannst du|können sie)\b|\bwie funktionierst du\b|\bwie funktionieren sie\b/iu,
  /\bbist du (?:eine? )?(?:echter? )?(?:ki|sprachmodell|mensch|roboter|bot|chat ?gpt)\b/iu,
];
/** What was asked before counts less than what is asked now. */
const earlierWeight = 0.5;

/** What the newest user message wants; a message that leans on the one before is read together with it. */
export function readRequest(messages: readonly LlmMessage[]): Request {
  const asked = messages.filter(({ role }) => role === 'user').map((message) => withinEnds(textOf(message)));
  const text = asked.at(-1) ?? '';
  const before = asked.at(-2);
  const own = readQuestion(text);
  const question = before !== undefined && leansOnPrevious(text) ? joined(own, readQuestion(before)) : own;
  const language =
    detectLanguage(text) ??
    question.language ??
    (/[äöüß]/i.test(text) ||
    thanks.exec(text)?.[0].match(/dank/iu) ||
    /^\W*(?:hallo|guten|servus|moin|hilfe)/iu.test(text)
      ? 'de'
      : null);
  return { kind: kindOf(text), text, question, language };
}

function kindOf(text: string): Request['kind'] {
  if (greeting.test(text)) return 'greeting';
  if (thanks.test(text)) return 'thanks';
  return text.length < 120 && about.some((pattern) => pattern.test(text)) ? 'about' : 'question';
}

function joined(now: Question, before: Question): Question {
  const fresh = now.general ? [] : now.concepts;
  const seen = new Set(fresh.flatMap(({ variants }) => variants));
  const earlier: Concept[] = before.general
    ? []
    : before.concepts
        .filter(({ variants }) => !variants.some((term) => seen.has(term)))
        .map((concept) => ({ ...concept, weight: concept.weight * earlierWeight }));
  const concepts = [...fresh, ...earlier];
  return { ...now, language: now.language ?? before.language, concepts, general: concepts.length === 0 };
}
