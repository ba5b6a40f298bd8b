import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../lib/client.ts';
import { ApiError, offline } from '../../lib/problem.ts';
import { follow } from './follow.ts';
import { applyEvent, newRun, type Run } from './run.ts';

const meta = {
  generation_id: 'g',
  conversation_id: 'c',
  user_message_id: 'u',
  message_id: 'm',
  model: 'a/b',
  provider: 'a',
  model_reason: 'default',
  request_id: 'r',
};
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const frame = (id: number, event: string, data: unknown): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const start = frame(1, 'meta', meta) + frame(2, 'delta', { text: 'Hel' });
const end = frame(3, 'delta', { text: 'lo' }) + frame(4, 'done', { finish_reason: 'stop', usage });

/** An answer that ends after `text`, or breaks there. */
function stream(text: string, breaks = false): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        if (!breaks) controller.close();
      },
      pull: (controller) => controller.error(new TypeError('network error')),
    }),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Follows with answers given in turn; what is thrown stands for a failed request. */
async function run(answers: (Response | Error)[], from: Partial<Run> = {}, first = true) {
  let state = newRun(from);
  const asked: string[] = [];
  const phases: string[] = [];
  const next = (): Promise<Response> => {
    const answer = answers.shift() ?? new ApiError(offline());
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const client = {
    open: (method: string, path: string, send?: { headers?: Record<string, string> }) => {
      asked.push(`${method} ${path} ${send?.headers?.['last-event-id'] ?? ''}`.trim());
      return next();
    },
  } as unknown as Client;
  const post = (): Promise<Response> => {
    asked.push('POST');
    return next();
  };
  const result = follow({
    client,
    signal: new AbortController().signal,
    open: first ? post : null,
    generation: () => state,
    onEvent: (event) => (state = applyEvent(state, event)),
    onPhase: (phase) => {
      phases.push(phase);
      state = { ...state, phase };
    },
  });
  await vi.runAllTimersAsync();
  return { refusal: await result, state, asked, phases };
}

describe('following an answer over broken connections', () => {
  it('reads it to its end', async () => {
    const { refusal, state, asked } = await run([stream(start + end)]);
    expect({ refusal, asked }).toEqual({ refusal: null, asked: ['POST'] });
    expect(state).toMatchObject({ phase: 'ended', text: 'Hello' });
  });

  it.each([
    ['breaks', true],
    ['ends without its last event', false],
  ])('resumes behind the last event when the connection %s', async (_, breaks) => {
    const { state, asked, phases } = await run([stream(start, breaks), stream(end)]);
    expect(asked).toEqual(['POST', 'GET /api/chat/generations/g/stream 2']);
    expect(phases).toEqual(['reconnecting']);
    expect(state).toMatchObject({ phase: 'ended', text: 'Hello' });
  });

  it('sends again what no answer came to, and gives up after three times', async () => {
    expect((await run([new ApiError(offline()), stream(start + end)])).state.text).toBe('Hello');
    const { refusal, asked } = await run([]);
    expect(refusal).toMatchObject({ code: 'OFFLINE' });
    expect(asked).toEqual(['POST', 'POST', 'POST']);
  });

  it('gives a refusal back at once', async () => {
    const refused = { code: 'MODEL_NOT_FOUND' as const, status: 404, message: 'x', request_id: null, details: {} };
    const { refusal, asked } = await run([new ApiError(refused)]);
    expect({ refusal, asked }).toEqual({ refusal: refused, asked: ['POST'] });
  });

  it('leaves the last word to the stored message when the log is gone', async () => {
    const gone = { code: 'NOT_FOUND' as const, status: 404, message: 'x', request_id: null, details: {} };
    const { refusal, state } = await run([new ApiError(gone)], { generationId: 'g', messageId: 'm' }, false);
    expect(refusal).toBeNull();
    expect(state.phase).not.toBe('ended');
  });

  it('says so when the connection does not come back', async () => {
    const { refusal, phases } = await run([stream(start, true)]);
    expect(refusal).toBeNull();
    expect(phases.at(-1)).toBe('lost');
  });
});
