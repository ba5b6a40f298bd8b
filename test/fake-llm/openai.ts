import { argumentPieces, basicRefusal, readMessages, sse, type Body, type Frame, type Protocol } from './protocol.ts';
import type { Answer } from './script.ts';

const base = { id: 'chatcmpl-fake', created: 1_760_000_000, system_fingerprint: 'fp_fake' };

const usageOf = (usage: NonNullable<Answer['usage']>) => ({
  prompt_tokens: usage.prompt,
  completion_tokens: usage.completion,
  total_tokens: usage.prompt + usage.completion,
});

function* frames(answer: Answer, body: Body): Iterable<Frame> {
  const withUsage = (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;
  const chunk = (delta: unknown, finish: string | null = null): string =>
    sse({
      ...base,
      object: 'chat.completion.chunk',
      model: answer.model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(withUsage && { usage: null }),
    });

  yield { kind: 'open', text: chunk({ role: 'assistant', content: '', refusal: null }) };
  for (const text of answer.reasoning) yield { kind: 'piece', text: chunk({ reasoning_content: text }) };
  for (const text of answer.text) yield { kind: 'piece', text: chunk({ content: text }) };
  if (answer.toolCall) {
    const { name } = answer.toolCall;
    for (const [index, part] of argumentPieces(answer.toolCall).entries()) {
      const opening = index === 0 ? { id: 'call_fake', type: 'function' } : {};
      const call = { index: 0, ...opening, function: { ...(index === 0 && { name }), arguments: part } };
      yield { kind: 'piece', text: chunk({ tool_calls: [call] }) };
    }
  }
  yield { kind: 'close', text: chunk({}, answer.finish) };
  if (withUsage && answer.usage) {
    const usage = usageOf(answer.usage);
    yield {
      kind: 'close',
      text: sse({ ...base, object: 'chat.completion.chunk', model: answer.model, choices: [], usage }),
    };
  }
  yield { kind: 'done', text: sse('[DONE]') };
}

const errorType = (status: number): string => {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
};
const errorCode = (status: number): string | null =>
  ({ 401: 'invalid_api_key', 404: 'model_not_found', 429: 'rate_limit_exceeded' })[status] ?? null;

export const openai: Protocol = {
  streamType: 'text/event-stream; charset=utf-8',
  hasKey: (headers, key) => headers.authorization === `Bearer ${key}`,
  wantsStream: (body) => body['stream'] === true,
  messages: readMessages,
  refusal: basicRefusal,
  frames,
  whole: (answer) => ({
    ...base,
    object: 'chat.completion',
    model: answer.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text.join('') || null,
          refusal: null,
          ...(answer.reasoning.length > 0 && { reasoning_content: answer.reasoning.join('') }),
          ...(answer.toolCall && {
            tool_calls: [
              {
                id: 'call_fake',
                type: 'function',
                function: { name: answer.toolCall.name, arguments: JSON.stringify(answer.toolCall.arguments) },
              },
            ],
          }),
        },
        logprobs: null,
        finish_reason: answer.finish,
      },
    ],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
  }),
  error: (status, message) => ({ error: { message, type: errorType(status), param: null, code: errorCode(status) } }),
  errorFrame: (message) => sse({ error: { message, type: 'server_error', param: null, code: null } }),
  malformedFrame: 'data: {"choices":[{"delta":{"content":"bro\n\n',
  hugeLineStart: 'data: {"choices":[{"index":0,"delta":{"content":"',
};

/** As `GET /v1/models` answers. */
export const openaiModels = (names: readonly string[]) => ({
  object: 'list',
  data: names.map((id) => ({ id, object: 'model', created: base.created, owned_by: 'fake' })),
});

/** As LM Studio's own `GET /api/v0/models` answers. */
export const lmStudioModels = (names: readonly string[]) => ({
  object: 'list',
  data: names.map((id) => ({
    id,
    object: 'model',
    type: /embed/.test(id) ? 'embeddings' : 'llm',
    publisher: 'fake',
    state: 'loaded',
    max_context_length: 131_072,
    loaded_context_length: 8_192,
    capabilities: ['tool_use'],
  })),
});
