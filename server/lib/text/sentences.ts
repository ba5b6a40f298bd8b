import { blocksOf, type BlockKind } from './blocks.ts';

export type Sentence = {
  text: string;
  kind: BlockKind;
  /** Number of its block in the text. */
  block: number;
};

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** What is written before a full stop without ending a sentence. */
const abbreviation =
  /(?:^|[\s(])(?:\p{Lu}|e\.g|i\.e|z\.\s?b|d\.\s?h|u\.\s?a|o\.\s?ä|p\.\s?ex|u\.s|a\.m|p\.m|mr|mrs|ms|dr|prof|st|sr|jr|vs|etc|cf|ca|approx|no|nos|nr|art|abs|bzw|ggf|inkl|evtl|usw|vgl|fig|figs|abb|tab|sec|ch|vol|p|pp|s|ed|eds|inc|ltd|co|corp|dept|est|max|min|tel|str|hr|fr|hrsg|jan|feb|mar|apr|jun|jul|aug|sept?|oct|okt|nov|dec|dez|mme|mlle|al)\.\s*$/iu;
/** "am 3. März", "1. the": an ordinal or a section's number, not the end of a sentence. */
const ordinal = /(?:^|\s)\d{1,3}\.\s*$/;

/** The sentences of a text: prose by Unicode's rules (UAX #29) mended for abbreviations and ordinals; each other block is one. */
export function splitSentences(text: string): Sentence[] {
  return blocksOf(text).flatMap(({ kind, text: content }, block) =>
    (kind === 'paragraph' || kind === 'item' ? proseSentences(content) : [content]).map((sentence) => ({
      text: sentence,
      kind,
      block,
    })),
  );
}

/** Sentences of running text, in order; joined with spaces they are the text again. */
export function proseSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const previous = sentences.at(-1);
    if (previous !== undefined && goesOn(previous, segment)) sentences[sentences.length - 1] = previous + segment;
    else sentences.push(segment);
  }
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

function goesOn(previous: string, next: string): boolean {
  if (abbreviation.test(previous)) return true;
  // Nothing between them: signs inside a word or an address. Wide full stops need no space.
  if (!/[\s。！？．]["'”」』)\]]*$/u.test(previous)) return true;
  if (/[.…]["'”)\]]*\s*$/.test(previous) && /^\p{Ll}/u.test(next)) return true;
  // A list marker belongs to its item; "on 3." goes on with the month.
  return (
    ordinal.test(previous) &&
    (previous.trim().length <= 4 ||
      (/^\p{L}/u.test(next) && /\b(?:am|vom|zum|der|den|dem|bis|ab|seit)\s+\d{1,2}\.\s*$/i.test(previous)))
  );
}
