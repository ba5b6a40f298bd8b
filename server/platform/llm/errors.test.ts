import { errors as undici } from 'undici';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { blames, isTransient, parseErrorBody, redact, refused, transportError } from './errors.ts';

const speaker = { name: 'Ollama', secrets: ['hunter2-secret'] };

describe('what a server said', () => {
  it.each([
    ['Incorrect API key provided: sk-proj-abc***xyz.', 'Incorrect API key provided: …'],
    ['Bad token Bearer abc.def-ghi here', 'Bad token … here'],
    ['Use hunter2-secret twice: hunter2-secret', 'Use … twice: …'],
    ['Limit of org-AbC123456 reached', 'Limit of … reached'],
    ['dial http://10.0.0.3:11434/api/chat: refused', 'dial … refused'],
    ['a task-oriented\n  disk-based   sentence', 'a task-oriented disk-based sentence'],
  ])('%j is shown as %j', (sentence, shown) => {
    expect(redact(sentence, speaker.secrets)).toBe(shown);
  });

  it('is not shown at any length', () => {
    expect(redact('x'.repeat(5_000), [])).toHaveLength(300);
  });

  it.each([
    ['{"error":{"message":"No."}}', 'No.'],
    ['{"error":"No."}', 'No.'],
    ['{"message":"No."}', 'No.'],
    ['{"detail":[{"msg":"No."}]}', 'No.'],
    ['{"detail":"No."}', 'No.'],
    ['No.', 'No.'],
    ['<html>No.</html>', undefined],
    ['{"other":1}', undefined],
    ['', undefined],
  ])('is found in %s', (text, detail) => {
    expect(refused(speaker, { status: 500, body: parseErrorBody(text) }).detail).toBe(detail);
  });

  it('may deny a model in more than one way', () => {
    const deny = (status: number, body: unknown) => refused(speaker, { status, body, model: 'm' }).code;
    expect(deny(404, { error: "model 'm' not found" })).toBe('MODEL_NOT_FOUND');
    expect(deny(400, { error: { message: 'Not loaded.', code: 'model_not_found' } })).toBe('MODEL_NOT_FOUND');
    expect(deny(404, { detail: 'Not Found' })).toBe('PROVIDER_ERROR');
    expect(deny(400, { error: 'model is busy' })).toBe('PROVIDER_ERROR');
  });
});

describe('what may pass', () => {
  it.each([
    [408, true],
    [429, true],
    [500, true],
    [529, true],
    [400, false],
    [401, false],
    [404, false],
  ])('status %i: %s', (status, passes) => {
    expect(isTransient(refused(speaker, { status, body: 'x' }))).toBe(passes);
  });

  it('tells transport errors apart', () => {
    const code = (cause: unknown) => transportError(speaker, cause).code;
    expect(code(new undici.HeadersTimeoutError())).toBe('PROVIDER_TIMEOUT');
    expect(code(new undici.BodyTimeoutError())).toBe('PROVIDER_TIMEOUT');
    expect(code(new undici.ConnectTimeoutError())).toBe('PROVIDER_UNREACHABLE');
    expect(code(new undici.HTTPParserError('bad'))).toBe('PROVIDER_ERROR');
    expect(isTransient(transportError(speaker, new undici.SocketError('reset')))).toBe(true);
    expect(isTransient(transportError(speaker, new undici.BodyTimeoutError()))).toBe(false);
    const blocked = new AppError('URL_BLOCKED');
    expect(transportError(speaker, blocked)).toBe(blocked);
  });

  it('knows which field was refused', () => {
    const error = refused(speaker, { status: 400, body: { error: 'Unknown field stream_options' } });
    expect(blames(error, 'stream_options')).toBe(true);
    expect(blames(error, 'temperature')).toBe(false);
    expect(blames(refused(speaker, { status: 500, body: 'stream_options' }), 'stream_options')).toBe(false);
  });
});
