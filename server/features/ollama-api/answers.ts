import { collect } from '../../platform/llm/messages.ts';
import type { Gateway, Passed } from '../gateway/service.ts';
import { answerLines, readyLine, wholeLine, type Kind } from './answer.ts';
import { asksNothing, chatRequest, generateRequest, type ChatBody, type GenerateBody } from './request.ts';

type Asked = Pick<Parameters<Gateway['chat']>[0], 'actor' | 'signal'> & {
  body: ChatBody | GenerateBody;
  bytes: Buffer | null;
};

const requests = { chat: chatRequest, generate: generateRequest };

/** Keeping a model in memory, or taking it out, is the admin's. */
const adminsFields = ['keep_alive'];

/** Ollama's ways to ask a chat model, over the gateway. */
export const createOllamaAnswers = (gateway: Pick<Gateway, 'chat' | 'fetchImage'>) => ({
  async answer(
    kind: Kind,
    { actor, body, bytes, signal }: Asked,
  ): Promise<{ passed: Passed } | { frames: AsyncIterable<string> } | { whole: object }> {
    const startedAt = performance.now();
    const call = await gateway.chat({ actor, model: body.model, body, signal });
    const passed = await call.pass({ protocol: 'ollama', path: `/api/${kind}`, bytes, body, drop: adminsFields });
    if (passed) return { passed };
    if (asksNothing(body)) {
      call.cancel();
      return { whole: readyLine(kind, call.id) };
    }
    const request = await requests[kind](body, (url, path) => gateway.fetchImage(url, path, signal)).catch(
      (error: unknown) => {
        call.cancel();
        throw error;
      },
    );
    // Without a word, Ollama streams.
    if (body.stream !== false) return { frames: answerLines(kind, call.id, call.events(request), startedAt) };
    return { whole: wholeLine(kind, call.id, await collect(call.events(request)), startedAt) };
  },
});
