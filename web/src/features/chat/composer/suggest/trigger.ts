export type Sign = '/' | '@' | '#';
/** A word that begins with a sign, and where it stands in the text. */
export type Trigger = { sign: Sign; q: string; from: number; to: number };

/** The word that is being typed at the caret, where it begins with a sign and the sign begins a word. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const found = /(?:^|\s)([/@#])([^\s/@#]{0,60})$/.exec(text.slice(0, caret));
  if (!found) return null;
  const [, sign, q = ''] = found;
  return { sign: sign as Sign, q, from: caret - q.length - 1, to: caret };
}
