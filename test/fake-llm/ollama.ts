import { basicRefusal, readMessages, type Frame, type Protocol } from './protocol.ts';
import type { Answer } from './script.ts';

const created_at = '2026-01-01T00:00:00.000000Z';

const doneReason = (finish: Answer['finish']): string => (finish === 'length' ? 'length' : 'stop');
const figures = (answer: Answer) => ({
  done_reason: doneReason(answer.finish),
  done: true,
  total_duration: 5_000_000,
  load_duration: 1_000_000,
  ...(answer.usage && { prompt_eval_count: answer.usage.prompt }),
  prompt_eval_duration: 1_000_000,
  ...(answer.usage && { eval_count: answer.usage.completion }),
  eval_duration: 3_000_000,
});
const toolCalls = (answer: Answer) =>
  answer.toolCall && {
    tool_calls: [{ function: { name: answer.toolCall.name, arguments: answer.toolCall.arguments } }],
  };

function* frames(answer: Answer): Iterable<Frame> {
  const line = (message: object): string =>
    `${JSON.stringify({ model: answer.model, created_at, message: { role: 'assistant', content: '', ...message }, done: false })}\n`;
  for (const thinking of answer.reasoning) yield { kind: 'piece', text: line({ thinking }) };
  for (const content of answer.text) yield { kind: 'piece', text: line({ content }) };
  if (answer.toolCall) yield { kind: 'piece', text: line({ ...toolCalls(answer) }) };
  const message = { role: 'assistant', content: '' };
  yield {
    kind: 'close',
    text: `${JSON.stringify({ model: answer.model, created_at, message, ...figures(answer) })}\n`,
  };
}

export const ollama: Protocol = {
  streamType: 'application/x-ndjson',
  hasKey: (headers, key) => headers.authorization === `Bearer ${key}`,
  wantsStream: (body) => body['stream'] !== false,
  messages: readMessages,
  refusal: basicRefusal,
  frames,
  whole: (answer) => ({
    model: answer.model,
    created_at,
    message: {
      role: 'assistant',
      content: answer.text.join(''),
      ...(answer.reasoning.length > 0 && { thinking: answer.reasoning.join('') }),
      ...toolCalls(answer),
    },
    ...figures(answer),
  }),
  error: (_status, message) => ({ error: message }),
  errorFrame: (message) => `${JSON.stringify({ error: message })}\n`,
  malformedFrame: '{"message":{"role":"assistant","content":"bro\n',
  hugeLineStart: '{"message":{"role":"assistant","content":"',
};

/** As `GET /api/tags` answers. */
export const ollamaTags = (names: readonly string[]) => ({
  models: names.map((name) => ({
    name,
    model: name,
    modified_at: created_at,
    size: 2_019_393_189,
    digest: Buffer.from(name.padEnd(32, '.')).toString('hex').slice(0, 64),
    details: {
      parent_model: '',
      format: 'gguf',
      family: /embed/.test(name) ? 'nomic-bert' : 'llama',
      families: null,
      parameter_size: '3.2B',
      quantization_level: 'Q4_K_M',
    },
  })),
});

/** As `POST /api/show` answers. */
export const ollamaShow = (name: string) => {
  const embedding = /embed/.test(name);
  const family = embedding ? 'nomic-bert' : 'llama';
  return {
    license: '',
    modelfile: '',
    parameters: '',
    template: '',
    details: { parent_model: '', format: 'gguf', family, families: [family], parameter_size: '3.2B' },
    model_info: { 'general.architecture': family, [`${family}.context_length`]: embedding ? 2_048 : 131_072 },
    capabilities: embedding ? ['embedding'] : ['completion', 'tools'],
    modified_at: created_at,
  };
};
