import { describe, expect, it } from 'vitest';
import { createFakeLlm } from '../../../test/fake-llm/server.ts';
import { contractHarness, KEY, type Subject } from './contract-harness.fixture.ts';
import { passThroughContract } from './contract-pass-through.fixture.ts';
import { requestContract } from './contract-requests.fixture.ts';

/** Short enough for the tests that wait for it. */
const impatient = { connectMs: 200, firstByteMs: 200, idleMs: 200 };

/** What every driver of the port has to do, shown against the fake model server. */
export function providerContract(subject: Subject): void {
  describe(`the provider contract: ${subject.name}`, () => {
    const { open, run, runScript, request, never, harness } = contractHarness(subject);

    it('streams text in order, then usage, then the end', async () => {
      const { text, types, events, error } = await run(open());
      expect(error).toBeUndefined();
      expect(text).toBe('You said: Grüße 🌍');
      expect(types).toEqual(['text', 'text', 'text', 'text', 'usage', 'finish']);
      expect(events.slice(-2)).toEqual([
        { type: 'usage', usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 } },
        { type: 'finish', reason: 'stop' },
      ]);
    });

    it('says who it is and sends the dialogue and the options', async () => {
      const options = { temperature: 0.5, max_tokens: 77, stop: ['END'] };
      await run(open(), { options });
      const sent = harness.fake.requests.at(-1);
      expect(sent?.headers['user-agent']).toBe('carrel/contract');
      const body = JSON.stringify(sent?.body);
      for (const part of ['Be brief.', 'Grüße 🌍', subject.model, '0.5', '77', '"END"']) expect(body).toContain(part);
    });

    it('keeps reasoning apart from the answer', async () => {
      const { reasoning, text, types } = await runScript({ reasoning: ['Hm, ', 'well.'], text: ['Yes', '.'] });
      expect({ reasoning, text }).toEqual({ reasoning: 'Hm, well.', text: 'Yes.' });
      expect(types.filter((type) => type !== 'reasoning_signature')).toEqual([
        'reasoning',
        'reasoning',
        'text',
        'text',
        'usage',
        'finish',
      ]);
    });

    it.each(['length', 'tool_calls'] as const)('passes the reason %s on', async (finish) => {
      const toolCall = { name: 'look', arguments: { at: 'this' } };
      const { events } = await runScript({ text: ['Well'], finish, ...(finish === 'tool_calls' && { toolCall }) });
      expect(events.at(-1)).toEqual({ type: 'finish', reason: finish });
    });

    it('does without usage where the server leaves it out', async () => {
      const { types, error } = await runScript({ text: ['one ', 'two'], usage: null });
      expect(error).toBeUndefined();
      expect(types.filter((type) => type !== 'usage')).toEqual(['text', 'text', 'finish']);
    });

    it('reads an answer that comes byte by byte', async () => {
      const { text, types } = await runScript({ text: ['Grüße, ', '世界 ', '🌍👩‍🔬'], splitBytes: 1 });
      expect(text).toBe('Grüße, 世界 🌍👩‍🔬');
      expect(types.at(-1)).toBe('finish');
    });

    it('lets a whole answer come to its end, so that the connection can be used again', async () => {
      const { error } = await runScript({ endDelayMs: 20 });
      expect(error).toBeUndefined();
      await harness.fake.requests.at(-1)?.ended;
      expect(harness.fake.requests.at(-1)?.closedEarly).toBe(false);
    });

    it.each([
      ['an Error', new Error('The user pressed Stop.')],
      ['a word', 'stopped'],
    ])('ends with the reason of an abort (%s) and closes the connection', async (_, reason) => {
      harness.fake.script({ text: ['one ', 'two'], fault: { kind: 'stall', after: 1 } });
      const stop = new AbortController();
      const seen: string[] = [];
      const reading = (async () => {
        for await (const event of open().stream(request, stop.signal)) {
          if (event.type === 'text') seen.push(event.text);
          stop.abort(reason);
        }
      })();
      await expect(reading).rejects.toBe(reason);
      expect(seen).toEqual(['one ']);
      await harness.fake.requests.at(-1)?.ended;
      expect(harness.fake.requests.at(-1)?.closedEarly).toBe(true);
    });

    it('ends with the reason of an abort before the first byte', async () => {
      harness.fake.script({ fault: { kind: 'stall', after: 0 } });
      const stop = new AbortController();
      const reading = open().stream(request, stop.signal)[Symbol.asyncIterator]().next();
      while (harness.fake.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      stop.abort('stopped');
      await expect(reading).rejects.toBe('stopped');
      await harness.fake.requests[0]?.ended;
    });

    it('asks nothing when the signal was aborted before', async () => {
      const reading = open().stream(request, AbortSignal.abort('gone'))[Symbol.asyncIterator]().next();
      await expect(reading).rejects.toBe('gone');
      expect(harness.fake.requests).toHaveLength(0);
    });

    it('closes the connection when the reader leaves', async () => {
      harness.fake.script({ text: ['one ', 'two'], fault: { kind: 'stall', after: 1 } });
      for await (const event of open().stream(request, never)) {
        expect(event).toEqual({ type: 'text', text: 'one ' });
        break;
      }
      await harness.fake.requests.at(-1)?.ended;
      expect(harness.fake.requests.at(-1)?.closedEarly).toBe(true);
    });

    it('says so when there is no server', async () => {
      const gone = await createFakeLlm();
      await gone.close();
      const { error } = await run(open({ url: gone.url }));
      expect(error).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
      expect(String(error)).not.toContain(String(gone.port));
    });

    it.each([0, 1])('gives up on a server that falls silent after %i pieces', async (after) => {
      const provider = open({ timeouts: impatient });
      const { error, text } = await runScript({ text: ['one ', 'two'], fault: { kind: 'stall', after } }, provider);
      expect(error).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
      expect(text).toBe(after === 0 ? '' : 'one ');
      await harness.fake.requests.at(-1)?.ended;
      expect(harness.fake.requests.at(-1)?.closedEarly).toBe(true);
    });

    it('gives up on a server that only keeps the connection', async () => {
      const provider = open({ timeouts: impatient });
      const { error } = await runScript({ text: ['one'], fault: { kind: 'chatter', after: 0 } }, provider);
      expect(error).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
      await harness.fake.requests.at(-1)?.ended;
      expect(harness.fake.requests.at(-1)?.closedEarly).toBe(true);
    });

    it('has the limit of its own provider before the instance’s', async () => {
      const provider = open({ settings: { timeoutMs: 200 } });
      const { error } = await runScript({ text: ['one'], fault: { kind: 'stall', after: 0 } }, provider);
      expect(error).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    });

    it('sends the provider’s own headers, and keeps their values out of errors', async () => {
      const secret = 'tenant-secret-4711';
      const provider = open({ settings: { headers: { 'X-Tenant': secret, 'User-Agent': 'other' } } });
      const { error } = await runScript({ status: 400, message: `Unknown tenant ${secret}.` }, provider);
      expect(harness.fake.requests.at(-1)?.headers).toMatchObject({ 'x-tenant': secret, 'user-agent': 'other' });
      expect(error).toMatchObject({ detail: 'Unknown tenant ….' });
    });

    it.each([0, 2])('keeps what came before the connection broke (after %i pieces)', async (after) => {
      const { error, text } = await runScript({ text: ['one ', 'two ', 'three'], fault: { kind: 'reset', after } });
      expect(error).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
      expect(text).toBe(after === 0 ? '' : 'one two ');
    });

    it.each([
      [400, 'PROVIDER_ERROR'],
      [429, 'PROVIDER_ERROR'],
      [500, 'PROVIDER_ERROR'],
      [503, 'PROVIDER_ERROR'],
    ])('turns status %i into %s with the server’s sentence', async (status, code) => {
      const message = `Not today (key ${KEY}, see http://10.0.0.9:11434/x).`;
      const { error, events } = await runScript({ status, message, headers: { 'retry-after': '7' } });
      expect(events).toEqual([]);
      expect(error).toMatchObject({ code, detail: 'Not today (key …, see …', details: { retry_after: 7 } });
      expect(JSON.stringify(error)).not.toContain(KEY);
    });

    it('says that a key was not accepted, without the key', async () => {
      const wrong = 'sk-wrong-0123456789';
      const { error } = await run(open({ apiKey: wrong }));
      expect(error).toMatchObject({ code: 'PROVIDER_ERROR', message: expect.stringContaining('key') });
      expect(JSON.stringify([error, String(error)])).not.toContain(wrong);
    });

    it('knows a model that is not there', async () => {
      const { error } = await run(open(), { model: 'no-such-model' });
      expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', details: { model_name: 'no-such-model' } });
    });

    it('does not take a wrong address for a missing model', async () => {
      const { error } = await runScript({ status: 404, body: '<html><title>404 model page</title></html>' });
      expect(error).toMatchObject({ code: 'PROVIDER_ERROR', details: { suggestion: expect.any(String) } });
    });

    it.each([
      ['an error after a 200', { kind: 'error', after: 1, message: 'CUDA out of memory' }, 'CUDA out of memory'],
      ['broken JSON', { kind: 'malformed', after: 1 }, expect.any(String)],
      ['a line of 10 MB', { kind: 'huge-line', after: 1 }, expect.any(String)],
      ['an end without an end', { kind: 'end', after: 1 }, undefined],
    ] as const)('keeps the text before %s', async (_, fault, detail) => {
      const { error, text, types } = await runScript({ text: ['one ', 'two'], fault });
      expect(error).toMatchObject({ code: 'PROVIDER_ERROR', detail });
      expect(text).toBe('one ');
      expect(types).not.toContain('finish');
      await harness.fake.requests.at(-1)?.ended;
      expect(harness.fake.requests.at(-1)?.closedEarly).toBe(fault.kind === 'huge-line');
    });

    it('does not need what only marks the end', async () => {
      const { error, events } = await runScript({ text: ['one'], omitDone: true });
      expect(error).toBeUndefined();
      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    });

    it('lists the models', async () => {
      const models = await open().listModels(never);
      expect(models.map(({ name }) => name)).toContain(subject.model);
      expect(models.find(({ name }) => name === subject.model)?.kind).toBe('chat');
    });

    it('says what is wrong when it cannot list them', async () => {
      harness.fake.script({ listingStatus: 500 });
      await expect(open().listModels(never)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
      await expect(open({ apiKey: 'wrong' }).listModels(never)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
      await expect(open().listModels(AbortSignal.abort('late'))).rejects.toBe('late');
    });

    requestContract(subject, harness);
    passThroughContract(subject, harness);
  });
}
