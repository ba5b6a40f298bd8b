import { ownWords, type Refusal } from '../../lib/problem.ts';
import type { Strings } from '../../lib/strings/index.ts';

/** Why a sign-in at a server of tools did not work, as its landing says it in the address: a code, and the page's own words for it. */
export function refusedHere(code: string | undefined, { connections }: Strings): Refusal | null {
  if (code === undefined) return null;
  const words: Record<string, string> = connections.refused;
  return ownWords((Object.hasOwn(words, code) ? words[code] : undefined) ?? connections.refused.other);
}
