import { newId } from '../../lib/ids.ts';
import { collect } from '../../platform/llm/messages.ts';
import type { Gateway, Passed } from '../gateway/service.ts';
import { messageEvents, wholeMessage } from './answer.ts';
import { messagesRequest, type MessagesBody } from './request.ts';

type Asked = Pick<Parameters<Gateway['chat']>[0], 'actor' | 'signal'> & {
  body: MessagesBody;
  bytes: Buffer | null;
  beta: string | string[] | undefined;
};

/** Anthropic's way to ask a chat model, over the gateway. */
export const createAnthropicAnswers = (gateway: Pick<Gateway, 'chat' | 'fetchImage'>) => ({
  async message({
    actor,
    body,
    bytes,
    beta,
    signal,
  }: Asked): Promise<{ passed: Passed } | { frames: AsyncIterable<string> } | { whole: object }> {
    const call = await gateway.chat({ actor, model: body.model, body, signal });
    const headers = beta === undefined ? {} : { 'anthropic-beta': String(beta) };
    const passed = await call.pass({ protocol: 'anthropic', path: '/v1/messages', bytes, body, headers });
    if (passed) return { passed };
    const request = await messagesRequest(body, (url, path) => gateway.fetchImage(url, path, signal)).catch(
      (error: unknown) => {
        call.cancel();
        throw error;
      },
    );
    const named = { id: `msg_${newId()}`, model: call.id };
    if (body.stream === true) return { frames: messageEvents(named, call.events(request)) };
    return { whole: wholeMessage(named, await collect(call.events(request))) };
  },
});
