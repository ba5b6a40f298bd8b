import { describe, expect, it } from 'vitest';
import type { NumberedEvent } from '../../lib/stream.ts';
import { applyEvent, newRun, shownText, withRun, type Run } from './run.ts';

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const meta: NumberedEvent = {
  id: 1,
  event: 'meta',
  data: {
    generation_id: 'g',
    conversation_id: 'c',
    user_message_id: 'u',
    message_id: 'm',
    model: 'ollama/qwen3',
    provider: 'ollama',
    model_reason: 'default',
    request_id: 'r',
  },
};
const delta = (id: number, text: string): NumberedEvent => ({ id, event: 'delta', data: { text } });
const play = (run: Run, ...events: NumberedEvent[]): Run => events.reduce(applyEvent, run);

describe('following an answer', () => {
  it('takes its names from meta and its text from the deltas', () => {
    const run = play(newRun(), meta, delta(2, 'Hel'), delta(3, 'lo'));
    expect(run).toMatchObject({ phase: 'streaming', generationId: 'g', messageId: 'm', after: 3, text: 'Hello' });
  });

  it('names the model that answers instead, and the one that was to', () => {
    const change = { model: 'second/qwen3', provider: 'second', model_reason: 'fallback' } as const;
    const run = play(newRun(), meta, { id: 2, event: 'model', data: change }, delta(3, 'Hello'));
    expect(run).toMatchObject({ model: 'second/qwen3', provider: 'second', insteadOf: 'ollama/qwen3', text: 'Hello' });
  });

  it('takes no event twice, so that an overlap on resume doubles nothing', () => {
    const run = play(newRun(), meta, delta(2, 'one '), delta(3, 'two'), delta(2, 'one '), delta(3, 'two'));
    expect(run.text).toBe('one two');
  });

  it('begins anew at meta, and shows what stood there until the replay has caught up', () => {
    const before = play(newRun(), meta, delta(2, 'A long answer'));
    const replay = play(before, meta, delta(2, 'A long'));
    expect(replay.text).toBe('A long');
    expect(shownText(replay)).toBe('A long answer');
    expect(shownText(play(replay, delta(3, ' answer, and more')))).toBe('A long answer, and more');
  });

  it('shows the replay where it differs from what stood there', () => {
    expect(shownText(play(newRun({ before: 'old text' }), meta, delta(2, 'new')))).toBe('new');
  });

  it.each([
    [{ id: 9, event: 'done', data: { finish_reason: 'length', usage } }, 'complete', 'length'],
    [{ id: 9, event: 'stopped', data: { usage } }, 'stopped', null],
    [{ id: 9, event: 'interrupted', data: { message: 'x' } }, 'interrupted', null],
    [{ id: 9, event: 'error', data: { code: 'PROVIDER_ERROR', message: 'x', request_id: 'q' } }, 'failed', null],
  ] as [NumberedEvent, string, string | null][])('ends at %j', (last, status, finishReason) => {
    const run = play(newRun(), meta, delta(2, 'kept'), last, delta(10, ' late'));
    expect(run).toMatchObject({ phase: 'ended', status, finishReason, text: 'kept' });
  });

  it('counts an event of a kind it does not know', () => {
    const unknown = { id: 2, event: 'model', data: {} } as unknown as NumberedEvent;
    expect(play(newRun(), meta, unknown)).toMatchObject({ after: 2, text: '' });
  });

  it('goes on after a broken connection', () => {
    const broken: Run = { ...play(newRun(), meta, delta(2, 'a')), phase: 'reconnecting' };
    expect(play(broken, delta(3, 'b'))).toMatchObject({ phase: 'streaming', text: 'ab' });
  });
});

it('lays the run over the stored message', () => {
  const stored = {
    id: 'm',
    conversation_id: 'c',
    parent_id: 'u',
    role: 'assistant' as const,
    content: '',
    parts: [{ type: 'reasoning' as const, text: 'old' }],
    status: 'streaming' as const,
    model: null,
    provider: null,
    assistant: null,
    usage: null,
    sources: [],
    finish_reason: null,
    error: null,
    generation_id: 'g',
    first_token_ms: null,
    duration_ms: null,
    created_at: '2026-01-01T00:00:00.000Z',
  };
  const run = play(newRun(), meta, { id: 2, event: 'reasoning', data: { text: 'new' } }, delta(3, 'Yes'));
  expect(withRun(stored, run)).toMatchObject({
    content: 'Yes',
    model: 'ollama/qwen3',
    parts: [{ type: 'reasoning', text: 'new' }],
  });
});
