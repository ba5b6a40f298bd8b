/** Combining marks of Latin, Greek and Cyrillic, Hebrew points, Arabic harakat and tatweel. Marks of Indic scripts carry vowels and stay. */
const marks = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640]/g;
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ð: 'd',
};
const plain = /^[\x20-\x7e]*$/;

/** The form in which words are compared: NFKC, lower case, accents off (é → e, ü → u, ß → ss). */
export function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(marks, '')
    .replace(/[ßæœøđłıþð]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFC');
}
