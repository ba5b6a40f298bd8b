import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

/** A chat model of each kind of provider, all at one fake server. */
export const kinds = ['openai', 'openai-compatible', 'lmstudio', 'anthropic', 'ollama'] as const;
export type Kind = (typeof kinds)[number];
export const modelOf: Record<Kind, string> = {
  openai: 'my-openai/gpt-4o',
  'openai-compatible': 'my-openai-compatible/gpt-4o',
  lmstudio: 'my-lmstudio/gpt-4o',
  anthropic: 'my-anthropic/claude-sonnet-4-6',
  ollama: 'my-ollama/llama3.2',
};

export type House = { app: TestApp; fake: FakeLlm; admin: Client; key: string; close(): Promise<void> };

export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const models = { openai: ['gpt-4o', 'text-embedding-3-small', 'whisper-large'] };
  const fake = await createFakeLlm({ apiKey: 'sk-providers-own', lmStudio: true, models });
  const app = await createTestApp({ env });
  const admin = await app.person('admin');
  for (const kind of kinds) {
    const base_url = kind.startsWith('openai') ? `${fake.url}/v1` : fake.url;
    const provider = { id: `my-${kind}`, name: kind, kind, base_url, api_key: 'sk-providers-own' };
    const made = await admin.post('/api/admin/providers', provider);
    if (made.status !== 201) throw new Error(`${kind}: ${made.status} ${JSON.stringify(made.body)}`);
  }
  return {
    app,
    fake,
    admin,
    key: await keyOf(admin),
    async close() {
      await app.close();
      await fake.close();
    },
  };
}

export const keyOf = async (person: Client, scopes?: string[]): Promise<string> =>
  (await person.post('/api/auth/api-keys', { name: 'a program', ...(scopes && { scopes }) })).body.key as string;

/** A one-pixel image. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export type Said = { text: string; input: number; output: number };

/** One program that talks to Carrel through an official client. */
export type Program = {
  name: string;
  plain(model: string, text: string): Promise<Said>;
  streamed(model: string, text: string): Promise<Said & { pieces: number }>;
  /** Offers a tool, runs it, and answers what the model makes of its result. */
  toolRound(model: string, stream: boolean): Promise<{ called: { name: string; arguments: unknown }; text: string }>;
  picture(model: string): Promise<string>;
  /** Leaves after the first piece. */
  leave(model: string): Promise<void>;
};

const tool = { name: 'get_weather', description: 'The weather of a place' };
const parameters = { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] };
const question = 'Use get_weather for Graz.';

export const openAiClient = (url: string, apiKey: string): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
export const anthropicClient = (baseURL: string, apiKey: string): Anthropic =>
  new Anthropic({ baseURL, apiKey, maxRetries: 0 });
export const ollamaClient = (url: string, key: string): Ollama =>
  new Ollama({ host: `${url}/ollama`, headers: { authorization: `Bearer ${key}` } });

/** Chat Completions with the package `openai`. */
export function chatProgram(url: string, key: string): Program {
  const client = openAiClient(url, key);
  const user = (content: string): OpenAI.ChatCompletionMessageParam => ({ role: 'user', content });
  const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { ...tool, parameters } }];
  return {
    name: 'openai: chat completions',
    async plain(model, text) {
      const made = await client.chat.completions.create({ model, messages: [user(text)] });
      const { usage, choices } = made;
      return {
        text: choices[0]?.message.content ?? '',
        input: usage?.prompt_tokens ?? 0,
        output: usage?.completion_tokens ?? 0,
      };
    },
    async streamed(model, text) {
      const stream = await client.chat.completions.create({
        model,
        messages: [user(text)],
        stream: true,
        stream_options: { include_usage: true },
      });
      const said = { text: '', input: 0, output: 0, pieces: 0 };
      for await (const { choices, usage } of stream) {
        const piece = choices[0]?.delta.content;
        if (piece) Object.assign(said, { text: said.text + piece, pieces: said.pieces + 1 });
        if (usage) Object.assign(said, { input: usage.prompt_tokens, output: usage.completion_tokens });
      }
      return said;
    },
    async toolRound(model, stream) {
      const messages = [user(question)];
      const first = stream
        ? await client.chat.completions.stream({ model, messages, tools }).finalChatCompletion()
        : await client.chat.completions.create({ model, messages, tools });
      const asked = first.choices[0]?.message;
      const call = asked?.tool_calls?.[0];
      if (!asked || call?.type !== 'function') throw new Error(`no call in ${JSON.stringify(first)}`);
      const result: OpenAI.ChatCompletionMessageParam = { role: 'tool', tool_call_id: call.id, content: 'sunny' };
      const second = await client.chat.completions.create({ model, messages: [...messages, asked, result], tools });
      const { name, arguments: text } = call.function;
      return { called: { name, arguments: JSON.parse(text) }, text: second.choices[0]?.message.content ?? '' };
    },
    async picture(model) {
      const content: OpenAI.ChatCompletionContentPart[] = [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
      ];
      const made = await client.chat.completions.create({ model, messages: [{ role: 'user', content }] });
      return made.choices[0]?.message.content ?? '';
    },
    async leave(model) {
      const stream = await client.chat.completions.create({ model, messages: [user('Go on')], stream: true });
      for await (const { choices } of stream) if (choices[0]?.delta.content) break;
    },
  };
}

/** Responses with the package `openai`. */
export function responsesProgram(url: string, key: string): Program {
  const client = openAiClient(url, key);
  const tools: OpenAI.Responses.Tool[] = [{ type: 'function', ...tool, parameters, strict: false }];
  const figures = (usage: OpenAI.Responses.ResponseUsage | undefined) => ({
    input: usage?.input_tokens ?? 0,
    output: usage?.output_tokens ?? 0,
  });
  return {
    name: 'openai: responses',
    async plain(model, input) {
      const made = await client.responses.create({ model, input });
      return { text: made.output_text, ...figures(made.usage) };
    },
    async streamed(model, input) {
      const said = { text: '', input: 0, output: 0, pieces: 0 };
      for await (const event of await client.responses.create({ model, input, stream: true })) {
        if (event.type === 'response.output_text.delta')
          Object.assign(said, { text: said.text + event.delta, pieces: said.pieces + 1 });
        if (event.type === 'response.completed') Object.assign(said, figures(event.response.usage));
      }
      return said;
    },
    async toolRound(model, stream) {
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: question }];
      const first = stream
        ? await client.responses.stream({ model, input, tools }).finalResponse()
        : await client.responses.create({ model, input, tools });
      const output = first.output as OpenAI.Responses.ResponseOutputItem[];
      const call = output.find(
        (item): item is OpenAI.Responses.ResponseFunctionToolCall => item.type === 'function_call',
      );
      if (!call) throw new Error(`no call in ${JSON.stringify(first)}`);
      const result = { type: 'function_call_output' as const, call_id: call.call_id, output: 'sunny' };
      const again = [...input, ...(output as OpenAI.Responses.ResponseInputItem[]), result];
      const second = await client.responses.create({ model, input: again, tools });
      return { called: { name: call.name, arguments: JSON.parse(call.arguments) }, text: second.output_text };
    },
    async picture(model) {
      const image_url = `data:image/png;base64,${pixel}`;
      const content: OpenAI.Responses.ResponseInputContent[] = [
        { type: 'input_text', text: 'Look' },
        { type: 'input_image', image_url, detail: 'auto' },
      ];
      return (await client.responses.create({ model, input: [{ role: 'user', content }] })).output_text;
    },
    async leave(model) {
      for await (const event of await client.responses.create({ model, input: 'Go on', stream: true }))
        if (event.type === 'response.output_text.delta') break;
    },
  };
}

/** Messages with the package `@anthropic-ai/sdk`. */
export function messagesProgram(url: string, key: string): Program {
  const client = anthropicClient(url, key);
  const max_tokens = 500;
  const tools = [{ ...tool, input_schema: parameters as Anthropic.Tool.InputSchema }];
  const textOf = (content: Anthropic.ContentBlock[]): string =>
    content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  return {
    name: 'anthropic: messages',
    async plain(model, text) {
      const made = await client.messages.create({ model, max_tokens, messages: [{ role: 'user', content: text }] });
      return { text: textOf(made.content), input: made.usage.input_tokens, output: made.usage.output_tokens };
    },
    async streamed(model, text) {
      let pieces = 0;
      const stream = client.messages.stream({ model, max_tokens, messages: [{ role: 'user', content: text }] });
      stream.on('text', () => (pieces += 1));
      const { content, usage } = await stream.finalMessage();
      return { text: textOf(content), input: usage.input_tokens, output: usage.output_tokens, pieces };
    },
    async toolRound(model, stream) {
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
      const asked = { model, max_tokens, messages, tools };
      const first = stream ? await client.messages.stream(asked).finalMessage() : await client.messages.create(asked);
      const call = first.content.find((block) => block.type === 'tool_use');
      if (!call) throw new Error(`no call in ${JSON.stringify(first)}`);
      const result: Anthropic.MessageParam = {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: call.id, content: 'sunny' }],
      };
      const answer: Anthropic.MessageParam = { role: 'assistant', content: first.content };
      const second = await client.messages.create({ ...asked, messages: [...messages, answer, result] });
      return { called: { name: call.name, arguments: call.input }, text: textOf(second.content) };
    },
    async picture(model) {
      const source = { type: 'base64' as const, media_type: 'image/png' as const, data: pixel };
      const content: Anthropic.ContentBlockParam[] = [
        { type: 'text', text: 'Look' },
        { type: 'image', source },
      ];
      return textOf(
        (await client.messages.create({ model, max_tokens, messages: [{ role: 'user', content }] })).content,
      );
    },
    async leave(model) {
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Go on' }];
      const stream = await client.messages.create({ model, max_tokens, messages, stream: true });
      for await (const event of stream) if (event.type === 'content_block_delta') break;
    },
  };
}

/** Chat with the package `ollama`. */
export function ollamaProgram(url: string, key: string): Program {
  const client = ollamaClient(url, key);
  const tools = [{ type: 'function', function: { ...tool, parameters } }];
  const user = (content: string) => [{ role: 'user', content }];
  return {
    name: 'ollama: chat',
    async plain(model, text) {
      const made = await client.chat({ model, messages: user(text) });
      return { text: made.message.content, input: made.prompt_eval_count, output: made.eval_count };
    },
    async streamed(model, text) {
      const said = { text: '', input: 0, output: 0, pieces: 0 };
      for await (const line of await client.chat({ model, messages: user(text), stream: true })) {
        if (line.message.content)
          Object.assign(said, { text: said.text + line.message.content, pieces: said.pieces + 1 });
        if (line.done) Object.assign(said, { input: line.prompt_eval_count, output: line.eval_count });
      }
      return said;
    },
    async toolRound(model, stream) {
      const asked = { model, messages: user(question), tools };
      let message = { role: 'assistant', content: '' } as Awaited<ReturnType<typeof client.chat>>['message'];
      if (stream) {
        for await (const line of await client.chat({ ...asked, stream: true }))
          if (line.message.tool_calls?.length) ({ message } = line);
      } else ({ message } = await client.chat(asked));
      const call = message.tool_calls?.[0];
      if (!call) throw new Error(`no call in ${JSON.stringify(message)}`);
      const result = { role: 'tool', tool_name: call.function.name, content: 'sunny' };
      const second = await client.chat({ ...asked, messages: [...asked.messages, message, result] });
      return { called: { name: call.function.name, arguments: call.function.arguments }, text: second.message.content };
    },
    async picture(model) {
      const messages = [{ role: 'user', content: 'Look', images: [pixel] }];
      return (await client.chat({ model, messages })).message.content;
    },
    async leave(model) {
      for await (const line of await client.chat({ model, messages: user('Go on'), stream: true }))
        if (line.message.content) break;
      client.abort();
    },
  };
}

export const programs = [chatProgram, responsesProgram, messagesProgram, ollamaProgram];
