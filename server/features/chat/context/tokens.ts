import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResolvedModel } from '../../models/service.ts';

export type Counter = (text: string) => Promise<number>;

/** Tokens that the frame of one message takes: who speaks, where it ends. */
export const MESSAGE_FRAME = 6;

/** Where scripts of wide characters begin: about one token a character, often more. */
const WIDE = 0x2e80;

const weightOf = (code: number): number => {
  if (code >= WIDE) return 1.3;
  if (code >= 0x80) return 0.65;
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  if (isLetter) return 0.27;
  if (code === 32) return 0.12;
  return 0.75;
};
const weights = Float32Array.from({ length: 128 }, (_, code) => weightOf(code));

/** Tokens in a text by the look of its characters: rather too many than too few, for any tokenizer in use. */
export function estimateTokens(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    sum += weights[code] ?? weightOf(code);
  }
  return Math.ceil(sum);
}

/** Characters that are counted at once: the merging takes the square of a word without an end. */
const PIECE = 1_000;
/** Pieces between two turns of the event loop. */
const PIECES_A_TURN = 50;

/**
 * Counts exactly, where the tokenizer of a model is known: those of OpenAI. Null for all others. A text is counted in
 * pieces, which may add a token each; others run in between.
 */
export async function exactCounter({
  provider,
  model,
}: Pick<ResolvedModel, 'provider' | 'model'>): Promise<Counter | null> {
  if (provider.kind !== 'openai') return null;
  const { countTokens } = /^gpt-(4(?!o|\.)|3)/.test(model)
    ? await import('gpt-tokenizer/encoding/cl100k_base')
    : await import('gpt-tokenizer/encoding/o200k_base');
  return async (text) => {
    let sum = 0;
    for (let at = 0, piece = 1; at < text.length; at += PIECE, piece += 1) {
      sum += countTokens(text.slice(at, at + PIECE), { disallowedSpecial: new Set() });
      if (piece % PIECES_A_TURN === 0) await nextTurn();
    }
    return sum;
  };
}
