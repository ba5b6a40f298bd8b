import { expect, it } from 'vitest';
import type { LlmEvent, LlmRequest } from '../../platform/llm/driver.ts';
import { messageEvents } from '../anthropic-api/answer.ts';
import { messagesRequest } from '../anthropic-api/request.ts';
import { answerLines } from '../ollama-api/answer.ts';
import { chatRequest as ollamaRequest } from '../ollama-api/request.ts';
import { chatChunks } from '../openai-api/chat-answer.ts';
import { chatRequest } from '../openai-api/chat-request.ts';
import { createResponse, responseEvents } from '../openai-api/responses-answer.ts';
import { responsesBody, responsesRequest } from '../openai-api/responses-request.ts';

const picture = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
const image = () => Promise.resolve(picture);
const parameters = { type: 'object', properties: { place: { type: 'string' } } };
const schema = { type: 'object' };

/** The same conversation in each API's words: rules, a picture, a call and its result, and all wishes that they share. */
const whole: Omit<LlmRequest, 'model'> = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Where is this?' }, picture] },
    {
      role: 'assistant',
      content: 'Let me see.',
      toolCalls: [{ id: 'c1', name: 'look', arguments: '{"place":"Graz"}' }],
    },
    { role: 'tool', toolCallId: 'c1', content: 'A town.' },
    { role: 'user', content: 'And?' },
  ],
  options: { temperature: 0.5, top_p: 0.9, max_tokens: 100 },
  tools: [{ name: 'look', description: 'Looks', parameters }],
  responseFormat: { type: 'json_schema', name: 'answer', schema },
  reasoningEffort: 'medium',
};
const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"place":"Graz"}' } };
const tool = { name: 'look', description: 'Looks', parameters };

it('reads a Chat Completions request', async () => {
  const body = {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Where is this?' },
          { type: 'image_url', image_url: { url: 'x' } },
        ],
      },
      { role: 'assistant', content: 'Let me see.', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'A town.' },
      { role: 'user', content: 'And?' },
    ],
    temperature: 0.5,
    top_p: 0.9,
    max_completion_tokens: 100,
    tools: [{ type: 'function', function: tool }],
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
    reasoning_effort: 'medium',
    logprobs: true,
  };
  expect(await chatRequest(body, image)).toEqual(whole);
});

it('reads a Responses request', async () => {
  const body = responsesBody.parse({
    model: 'm',
    instructions: 'Be brief.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Where is this?' },
          { type: 'input_image', image_url: 'x' },
        ],
      },
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { role: 'assistant', content: [{ type: 'output_text', text: 'Let me see.' }] },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"place":"Graz"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'A town.' },
      { role: 'user', content: 'And?' },
    ],
    temperature: 0.5,
    top_p: 0.9,
    max_output_tokens: 100,
    tools: [{ type: 'function', ...tool }],
    text: { format: { type: 'json_schema', name: 'answer', schema } },
    reasoning: { effort: 'medium' },
  });
  expect(await responsesRequest(body, image)).toEqual(whole);
});

it('reads a Messages request', async () => {
  const body = {
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Where is this?' },
          { type: 'image', source: { type: 'url', url: 'x' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'c1', name: 'look', input: { place: 'Graz' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'A town.' },
          { type: 'text', text: 'And?' },
        ],
      },
    ],
    temperature: 0.5,
    top_p: 0.9,
    max_tokens: 100,
    tools: [{ name: 'look', description: 'Looks', input_schema: parameters }],
    thinking: { type: 'enabled', budget_tokens: 8_000 },
    output_config: { format: { type: 'json_schema', schema } },
  };
  const responseFormat = { ...whole.responseFormat, strict: true };
  expect(await messagesRequest(body, image)).toEqual({ ...whole, responseFormat });
});

it('reads a request of Ollama’s chat', async () => {
  const body = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Where is this?', images: ['AAAA'] },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { place: 'Graz' } } }],
      },
      { role: 'tool', tool_name: 'look', content: 'A town.' },
      { role: 'user', content: 'And?' },
    ],
    options: { temperature: 0.5, top_p: 0.9, num_predict: 100, num_ctx: 4_096 },
    tools: [{ type: 'function', function: tool }],
    format: schema,
    think: true,
  };
  const messages = whole.messages.map((message) => (message.role === 'tool' ? { ...message, name: 'look' } : message));
  expect(await ollamaRequest(body, image)).toEqual({ ...whole, messages });
});

const named = { id: 'x', model: 'm', created: 1 };
const happened: LlmEvent[] = [
  { type: 'reasoning', text: 'Hm.' },
  { type: 'text', text: 'Well, ' },
  { type: 'text', text: '„so“' },
  { type: 'tool_call', index: 0, id: 'a', name: 'one' },
  { type: 'tool_call', index: 1, id: 'b', name: 'two' },
  { type: 'tool_arguments', index: 1, text: '{"n":' },
  { type: 'tool_arguments', index: 0, text: '{}' },
  { type: 'tool_arguments', index: 1, text: '2}' },
  { type: 'usage', usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, cached_tokens: 1 } },
  { type: 'finish', reason: 'tool_calls' },
];
async function* events(): AsyncGenerator<LlmEvent> {
  yield* happened;
}
type Frame = { type: string; index: number; choices: { delta: object }[]; [field: string]: unknown };
async function dataOf(frames: AsyncIterable<string>): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of frames) {
    const data = /^data: (.*)$/m.exec(frame)?.[1] ?? frame;
    if (data !== '[DONE]') all.push(JSON.parse(data) as Frame);
  }
  return all;
}

it('writes chunks whose calls are told apart by their index', async () => {
  const chunks = await dataOf(chatChunks(named, events(), { withUsage: true }));
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
  expect(deltas.slice(0, 4)).toEqual([
    { role: 'assistant', content: '', refusal: null },
    { reasoning_content: 'Hm.' },
    { content: 'Well, ' },
    { content: '„so“' },
  ]);
  expect(deltas.slice(6, 8)).toEqual([
    { tool_calls: [{ index: 1, function: { arguments: '{"n":' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
  ]);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 7 } });
});

it('writes blocks that each begin and end once, in their places', async () => {
  const said = await dataOf(messageEvents(named, events()));
  for (const index of [0, 1, 2, 3]) {
    const of = said.filter((event) => event.index === index).map(({ type }) => type);
    expect([of[0], of.at(-1)]).toEqual(['content_block_start', 'content_block_stop']);
    expect(of.filter((type) => type !== 'content_block_delta')).toHaveLength(2);
  }
  expect(said.at(-2)).toMatchObject({
    delta: { stop_reason: 'tool_use' },
    usage: { input_tokens: 2, output_tokens: 4 },
  });
});

it('writes response events that are numbered and end with all of it', async () => {
  const body = responsesBody.parse({ model: 'm', input: 'x' });
  const said = await dataOf(responseEvents(createResponse(named, body), events()));
  expect(said.map(({ sequence_number }) => sequence_number)).toEqual(said.map((_, at) => at));
  const { response } = said.at(-1) as { response?: unknown } as { response: { output: object[] } };
  expect(response.output).toMatchObject([
    { type: 'reasoning', summary: [{ text: 'Hm.' }] },
    { type: 'message', status: 'completed', content: [{ text: 'Well, „so“' }] },
    { type: 'function_call', call_id: 'a', name: 'one', arguments: '{}' },
    { type: 'function_call', call_id: 'b', name: 'two', arguments: '{"n":2}' },
  ]);
});

it('writes lines with calls that are whole', async () => {
  const lines = await dataOf(answerLines('chat', 'm', events(), 0));
  expect(lines.map(({ message }) => message)).toMatchObject([
    { thinking: 'Hm.' },
    { content: 'Well, ' },
    { content: '„so“' },
    { tool_calls: [{ function: { name: 'one', arguments: {} } }, { function: { name: 'two', arguments: { n: 2 } } }] },
    { content: '' },
  ]);
  expect(lines.at(-1)).toMatchObject({ done: true, prompt_eval_count: 3, eval_count: 4 });
});
