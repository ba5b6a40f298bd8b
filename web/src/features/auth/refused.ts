import { ownWords, type Refusal } from '../../lib/problem.ts';
import type { Strings } from '../../lib/strings/index.ts';

/** What a sign-in by a provider was refused for, as its landing says it in the address: a code, and the page's own words for it. */
export function refusedThere(code: string | undefined, { waysIn }: Strings): Refusal | null {
  if (code === undefined) return null;
  const words: Record<string, string> = waysIn.refused;
  const message = Object.hasOwn(words, code) ? words[code] : undefined;
  return ownWords(message ?? waysIn.refused.other);
}

/** The challenge of a second step that a sign-in by a provider ended in. It is behind the hash, and taken off the address at once. */
export function challengeInHash(): string | undefined {
  const challenge = /^#challenge=([\w-]{43})$/.exec(location.hash)?.[1];
  if (challenge !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return challenge;
}
