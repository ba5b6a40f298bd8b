import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResolvedModel } from '../../models/service.ts';

export type Counter = (text: string) => Promise<number>;

/** Tokens that the frame of one message takes: who speaks, where it ends. */
export const MESSAGE_FRAME = 6;

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
