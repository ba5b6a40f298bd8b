import type { TokenUsage } from '../../../../shared/api/passages.ts';
import { AppError } from '../../../lib/errors.ts';
import type { DocumentModel } from '../document-ai.ts';
import type { JsonSchema, LlmMessage, LlmRequest } from '../driver.ts';
import { refusesRequest } from '../errors.ts';
import { collect, type WholeAnswer } from '../messages.ts';
import { findJson } from './json.ts';

/** A question whose answer is data. `read` gives undefined for what has another form. */
export type Reader<T> = {
  messages: readonly LlmMessage[];
  schema: JsonSchema;
  name: string;
  maxTokens: number;
  read(value: unknown): T | undefined;
};

/** Of an answer that had another form, what the model sees again. */
const SHOWN_AGAIN = 2_000;

const added = (one: TokenUsage | null, two: TokenUsage | null): TokenUsage | null =>
  one && two
    ? {
        prompt_tokens: one.prompt_tokens + two.prompt_tokens,
        completion_tokens: one.completion_tokens + two.completion_tokens,
        total_tokens: one.total_tokens + two.total_tokens,
      }
    : (one ?? two);

/** Asks, and asks once more where the answer cannot be read. */
export async function ask<T>(
  { provider, reasoning, stream }: DocumentModel,
  { messages, schema, name, maxTokens, read }: Reader<T>,
  signal: AbortSignal,
): Promise<{ value: T; usage: TokenUsage | null }> {
  const options = { temperature: 0, max_tokens: maxTokens };
  const common = { options, ...(reasoning && { reasoningEffort: 'none' as const }) };
  let format: Pick<LlmRequest, 'responseFormat'> = {
    responseFormat: { type: 'json_schema', name, schema, strict: true },
  };

  /** A server or model that takes no schema is asked without: the prompt says the form as well. */
  async function once(asked: readonly LlmMessage[]): Promise<WholeAnswer> {
    try {
      return await collect(stream({ ...common, ...format, messages: asked }, signal));
    } catch (error) {
      if (!format.responseFormat || !refusesRequest(error)) throw error;
      format = {};
      return collect(stream({ ...common, messages: asked }, signal));
    }
  }

  const first = await once(messages);
  const value = read(findJson(first.text));
  if (value !== undefined) return { value, usage: first.usage };

  const again: LlmMessage[] = [
    ...(first.text.trim() ? [{ role: 'assistant' as const, content: first.text.slice(0, SHOWN_AGAIN) }] : []),
    { role: 'user', content: 'That was not the JSON that I need. Answer again with the JSON object alone.' },
  ];
  const second = await once([...messages, ...again]);
  const repaired = read(findJson(second.text));
  const usage = added(first.usage, second.usage);
  if (repaired !== undefined) return { value: repaired, usage };
  const cut = second.finish === 'length' ? ' Its answer was too long.' : '';
  throw new AppError('PROVIDER_ERROR', {
    message: `The model of ${provider.name} did not answer in the form that is needed.${cut} Another model may do better.`,
  });
}
