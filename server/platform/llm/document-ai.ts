import type { TokenUsage } from '../../../shared/api/passages.ts';
import { minutes } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { classifyByWords } from './document-ai/by-words.ts';
import { ask, type Reader } from './document-ai/ask.ts';
import { capped, classifyPrompt, classifySchema, readMatches } from './document-ai/classify.ts';
import { readSuggestions, suggestPrompt, suggestSchema } from './document-ai/suggest.ts';
import type { LlmEvent, LlmProvider, LlmRequest } from './driver.ts';
import { blames } from './errors.ts';
import { collect } from './messages.ts';

export type Category = { name: string; description?: string };
/** `confidence` is 0 to 1 as the model claims it; `reason` one sentence for the person. */
export type Match = { category: string; confidence: number; reason: string };
export type Suggestion = { name: string; description: string };
/** What all attempts together used; null where the provider does not tell. */
type Used = { usage: TokenUsage | null };

export type DocumentModel = {
  provider: Pick<LlmProvider, 'name' | 'grounded'>;
  /** Whether the model thinks before it answers: it is asked not to, for the sake of the limits. */
  reasoning?: boolean | undefined;
  /** One call of the model, with retries and whatever else stands around it. */
  stream(request: Omit<LlmRequest, 'model'>, signal: AbortSignal): AsyncIterable<LlmEvent>;
};

const CLASSIFY_TOKENS = 1_024;
const SUGGEST_TOKENS = 256;
const HEALTH_TOKENS = 5;
/** A model on a small machine has to be loaded, reads its 8,000 characters slowly, and may be asked twice. */
const LIMIT_MS = minutes(3);

/**
 * What a vault asks of a model, whichever it is. Only the first 8,000 characters of a text are read. Answers are checked
 * here, not trusted: a category that was not offered does not come back. Errors are those of the port, and
 * PROVIDER_ERROR where a model does not answer in the form that was asked for, also when it is asked again.
 */
export function createDocumentAi(model: DocumentModel) {
  const { provider } = model;

  /** Bounds a call; running out of time is the provider's error, an abort the caller's. */
  async function bounded<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    try {
      return await work(AbortSignal.any([signal, limit]));
    } catch (error) {
      if (!limit.aborted || signal.aborted) throw error;
      const message = `${provider.name} took too long to answer. A smaller model may be fast enough.`;
      throw new AppError('PROVIDER_TIMEOUT', { message, cause: error });
    }
  }

  return {
    /** At most three of the categories that the text belongs to, the surest first; none where none fits. */
    classify(text: string, categories: readonly Category[], signal: AbortSignal): Promise<Used & { matches: Match[] }> {
      const excerpt = capped(text);
      if (excerpt === '' || categories.length === 0) return Promise.resolve({ matches: [], usage: null });
      if (provider.grounded) return Promise.resolve({ matches: classifyByWords(excerpt, categories), usage: null });
      const reader: Reader<Match[]> = {
        messages: classifyPrompt(excerpt, categories),
        schema: classifySchema(categories),
        name: 'classification',
        maxTokens: CLASSIFY_TOKENS,
        read: (value) => readMatches(value, categories),
      };
      return bounded(signal, async (within) => {
        const { value, usage } = await ask(model, reader, within);
        return { matches: value, usage };
      });
    },

    /** At most three new categories for the text, none of them there already. */
    suggestCategories(
      text: string,
      existing: readonly string[],
      signal: AbortSignal,
    ): Promise<Used & { suggestions: Suggestion[] }> {
      const excerpt = capped(text);
      if (excerpt === '') return Promise.resolve({ suggestions: [], usage: null });
      if (provider.grounded) {
        const message = `${provider.name} invents nothing, also no categories. Connect a model to get suggestions.`;
        return Promise.reject(new AppError('PROVIDER_ERROR', { message }));
      }
      const reader: Reader<Suggestion[]> = {
        messages: suggestPrompt(excerpt, existing),
        schema: suggestSchema,
        name: 'suggestions',
        maxTokens: SUGGEST_TOKENS,
        read: (value) => readSuggestions(value, existing),
      };
      return bounded(signal, async (within) => {
        const { value, usage } = await ask(model, reader, within);
        return { suggestions: value, usage };
      });
    },

    /** Resolves when the model begins and ends an answer, whatever it says. */
    healthCheck(signal: AbortSignal): Promise<Used> {
      return bounded(signal, async (within) => {
        const messages = [{ role: 'user' as const, content: 'Say OK.' }];
        try {
          const { usage } = await collect(model.stream({ messages, options: { max_tokens: HEALTH_TOKENS } }, within));
          return { usage };
        } catch (error) {
          // Some models that think say so when the limit ends their thoughts: they are there, and work.
          if (blames(error, 'output limit was reached')) return { usage: null };
          throw error;
        }
      });
    },
  };
}
