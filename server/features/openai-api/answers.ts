import { openAiError } from '../../http-kit/foreign-errors.ts';
import { toAppError } from '../../http-kit/problem.ts';
import { newId } from '../../lib/ids.ts';
import type { LlmEvent, LlmRequest } from '../../platform/llm/driver.ts';
import { collect } from '../../platform/llm/messages.ts';
import type { Gateway, Passed } from '../gateway/service.ts';
import { chatChunks, chatCompletion } from './chat-answer.ts';
import { chatRequest, type ChatBody, type ReadImage } from './chat-request.ts';
import { createResponse, responseEvents, wholeResponse } from './responses-answer.ts';
import { responsesRequest, type ResponsesBody } from './responses-request.ts';

type Asked<B> = Pick<Parameters<Gateway['chat']>[0], 'actor' | 'signal'> & { body: B; bytes: Buffer | null };

export type OpenAiAnswer = { passed: Passed } | { frames: AsyncIterable<string> } | { whole: object };

const inSeconds = (): number => Math.floor(Date.now() / 1_000);

/** What goes wrong after the answer has begun. */
export const failureFrame = (error: unknown): string => `data: ${JSON.stringify(openAiError(toAppError(error)))}\n\n`;

/** OpenAI's two ways to ask a chat model, over the gateway. */
export function createOpenAiAnswers(gateway: Pick<Gateway, 'chat' | 'fetchImage'>) {
  type Call = Awaited<ReturnType<Gateway['chat']>>;

  const imagesWith =
    (signal: AbortSignal): ReadImage =>
    (url, path) =>
      gateway.fetchImage(url, path, signal);

  /** What cannot be asked of the model gives the place back. */
  async function ask(call: Call, request: Promise<Omit<LlmRequest, 'model'>>): Promise<AsyncIterable<LlmEvent>> {
    try {
      return call.events(await request);
    } catch (error) {
      call.cancel();
      throw error;
    }
  }

  return {
    async chat({ actor, body, bytes, signal }: Asked<ChatBody>): Promise<OpenAiAnswer> {
      const call = await gateway.chat({ actor, model: body.model, body, signal });
      const streamed = body.stream === true;
      const withUsage = body.stream_options?.include_usage === true;
      const passed = await call.pass({
        protocol: 'openai',
        path: '/chat/completions',
        bytes,
        body,
        addUsage: streamed && !withUsage,
      });
      if (passed) return { passed };
      const events = await ask(call, chatRequest(body, imagesWith(signal)));
      const named = { id: `chatcmpl-${newId()}`, model: call.id, created: inSeconds() };
      if (streamed) return { frames: chatChunks(named, events, { withUsage }) };
      return { whole: chatCompletion(named, await collect(events)) };
    },

    async respond({ actor, body, signal }: Omit<Asked<ResponsesBody>, 'bytes'>): Promise<OpenAiAnswer> {
      const call = await gateway.chat({ actor, model: body.model, body, signal });
      const events = await ask(call, responsesRequest(body, imagesWith(signal)));
      const made = createResponse({ id: `resp_${newId()}`, model: call.id, created: inSeconds() }, body);
      if (body.stream) return { frames: responseEvents(made, events) };
      return { whole: (await wholeResponse(made, events)) as object };
    },
  };
}
