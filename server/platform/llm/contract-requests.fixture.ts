import { describe, expect, it } from 'vitest';
import type { Harness, Subject } from './contract-harness.fixture.ts';
import type { JsonSchema, LlmMessage, ToolDefinition } from './driver.ts';

const object = (properties: JsonSchema): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const weather: ToolDefinition = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: object({ city: { type: 'string' }, days: { type: 'integer' } }),
};
const clock: ToolDefinition = { name: 'get_time', parameters: object({}) };
/** One red pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg==';

/** Tools, pictures, answers in a form, and figures. */
export function requestContract(subject: Subject, harness: Harness): void {
  const user = (content: string): LlmMessage => ({ role: 'user', content });
  const said = (): string => JSON.stringify(harness.fake.requests.at(-1)?.body);

  describe('tools', () => {
    const tools = [weather, clock];

    it.each([false, true])('calls one, its arguments in pieces or whole (%s)', async (whole) => {
      harness.fake.script({ toolCall: { name: 'get_weather', arguments: { city: 'Zürich', days: 3 }, whole } });
      const answer = await harness.ask({ tools });
      expect(answer).toMatchObject({ text: '', finish: 'tool_calls', toolCalls: [{ name: 'get_weather' }] });
      expect(answer.toolCalls[0]?.id).toMatch(/./);
      expect(JSON.parse(answer.toolCalls[0]?.arguments ?? '')).toEqual({ city: 'Zürich', days: 3 });
      expect(said()).toContain('The weather in a city.');
    });

    it('calls two at once after a word, each with an id of its own, also without arguments', async () => {
      const toolCalls = [
        { name: 'get_weather', arguments: { city: 'Bern' } },
        { name: 'get_time', arguments: {} },
      ];
      harness.fake.script({ text: ['Let me ', 'see.'], toolCalls });
      const answer = await harness.ask({ tools });
      expect(answer).toMatchObject({ text: 'Let me see.', finish: 'tool_calls' });
      expect(answer.toolCalls.map(({ name, arguments: text }) => [name, JSON.parse(text)])).toEqual([
        ['get_weather', { city: 'Bern' }],
        ['get_time', {}],
      ]);
      expect(new Set(answer.toolCalls.map(({ id }) => id)).size).toBe(2);
    });

    it('gives their results back, and goes on from what the model thought', async () => {
      harness.fake.script({
        reasoning: ['Hm.'],
        toolCalls: [
          { name: 'get_weather', arguments: { city: 'Bern' } },
          { name: 'get_time', arguments: {} },
        ],
      });
      const first = await harness.ask({ tools });
      const [one, two] = first.toolCalls;
      const messages: LlmMessage[] = [
        ...harness.request.messages,
        {
          role: 'assistant',
          content: first.text,
          toolCalls: first.toolCalls,
          ...(first.reasoning && { reasoning: first.reasoning }),
        },
        { role: 'tool', toolCallId: one?.id ?? '', content: 'Rain in Bern.' },
        { role: 'tool', toolCallId: two?.id ?? '', name: 'get_time', content: 'Noon.', isError: true },
      ];
      const second = await harness.ask({ tools, messages, reasoningEffort: 'medium' });
      expect(second).toMatchObject({ text: 'The tools said: Rain in Bern. | Noon.', finish: 'stop', toolCalls: [] });
      const third = await harness.ask({ tools, messages: [...messages, user('And now?')] });
      expect(third.finish).toBe('stop');
    });

    it('shows a model the arguments that it broke', async () => {
      const messages: LlmMessage[] = [
        user('Hi'),
        { role: 'assistant', content: '', toolCalls: [{ id: 'a1', name: 'get_time', arguments: '{"zone": ' }] },
        { role: 'tool', toolCallId: 'a1', content: 'That is not JSON.', isError: true },
      ];
      expect((await harness.ask({ tools, messages })).text).toBe('The tools said: That is not JSON.');
      expect(said()).toContain('zone');
    });

    it('may keep them back', async () => {
      const messages = [user('Please get_time')];
      expect((await harness.ask({ tools, messages })).toolCalls).toMatchObject([{ name: 'get_time' }]);
      expect((await harness.ask({ tools, messages, toolChoice: 'none' })).toolCalls).toEqual([]);
    });

    if (subject.commandsTools)
      it('may have to be called, and one at a time', async () => {
        const must = await harness.ask({ tools, toolChoice: 'required', reasoningEffort: 'low' });
        expect(must).toMatchObject({ finish: 'tool_calls', toolCalls: [{ name: 'get_weather' }] });
        const chosen = await harness.ask({ tools, toolChoice: { name: 'get_time' } });
        expect(chosen.toolCalls).toMatchObject([{ name: 'get_time', arguments: '{}' }]);
        const both = [user('get_time and get_weather')];
        expect((await harness.ask({ tools, messages: both })).toolCalls).toHaveLength(2);
        expect((await harness.ask({ tools, messages: both, parallelToolCalls: false })).toolCalls).toHaveLength(1);
      });
  });

  it('shows pictures', async () => {
    const answer = await harness.ask({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', mediaType: 'image/png', data: pixel },
            { type: 'image', mediaType: 'image/png', data: pixel },
          ],
        },
      ],
    });
    expect(answer.text).toMatch(
      /^You said: What is this\? \(and showed: image\S* of \d\d bytes, image\S* of \d\d bytes\)$/,
    );
  });

  it('stops where it is told', async () => {
    await harness.ask({ options: { stop: ['END', 'FIN'], max_tokens: 5 } });
    expect(said()).toContain('["END","FIN"]');
  });

  it('answers in the form of a schema', async () => {
    const schema = object({ label: { type: 'string', enum: ['a', 'b'] }, parts: { type: 'array', items: object({}) } });
    const answer = await harness.ask({ responseFormat: { type: 'json_schema', name: 'label', schema, strict: true } });
    expect(JSON.parse(answer.text)).toEqual({ label: 'a', parts: [{}] });
  });

  it('answers in the form of a schema that says less than the protocol asks', async () => {
    const schema = { type: 'object', properties: { inner: { type: 'object', properties: {} } } };
    const answer = await harness.ask({ responseFormat: { type: 'json_schema', name: 'loose', schema } });
    expect(JSON.parse(answer.text)).toEqual({ inner: {} });
  });

  it('asks for JSON of any form', async () => {
    await harness.ask({ messages: [user('Some JSON, please.')], responseFormat: { type: 'json' } });
    expect(said()).toMatch(/json/i);
  });

  it.each(['none', 'low', 'high'] as const)(
    'takes the effort %s, whatever the model can do',
    async (reasoningEffort) => {
      const options = { temperature: 0.3, top_p: 0.5, max_tokens: 500 };
      const answer = await harness.ask({ reasoningEffort, options });
      expect(answer).toMatchObject({ text: 'You said: Grüße 🌍', finish: 'stop' });
    },
  );

  if (subject.detailedUsage)
    it('passes on what was cached and what was thought', async () => {
      harness.fake.script({ usage: { prompt: 100, completion: 20, cached: 64, reasoning: 12 } });
      expect((await harness.ask({})).usage).toEqual({
        prompt_tokens: 100,
        completion_tokens: 20,
        total_tokens: 120,
        cached_tokens: 64,
        reasoning_tokens: 12,
      });
    });
}
