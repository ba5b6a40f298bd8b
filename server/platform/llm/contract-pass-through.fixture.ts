import { describe, expect, it } from 'vitest';
import type { Harness, Subject } from './contract-harness.fixture.ts';

/** What goes through as it is, and vectors. */
export function passThroughContract(subject: Subject, harness: Harness): void {
  describe('passing a request of its own protocol on', () => {
    const { path } = subject.forward;
    const message = { role: 'user', content: 'Grüße 🌍' };
    const bytes = (more: object = {}) =>
      Buffer.from(JSON.stringify({ model: subject.model, messages: [message], ...subject.forward.body, ...more }));
    const forward = (body: Buffer, signal = harness.never) => {
      const call = harness.open().forward?.({ path, body, headers: { 'x-trace': 'abc' } }, signal);
      if (!call) throw new Error('This driver forwards nothing.');
      return call;
    };

    it('sends the very bytes with its own key and version', async () => {
      const sent = bytes({ unknown_field: { kept: true } });
      const answer = await forward(sent);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(JSON.stringify(JSON.parse((await answer.bytes()).toString()))).toContain('You said: Grüße 🌍');
      const got = harness.fake.requests.at(-1);
      expect(got?.raw.equals(sent)).toBe(true);
      expect(got?.headers).toMatchObject({ 'x-trace': 'abc', 'user-agent': 'carrel/contract' });
    });

    it('gives a stream on as it comes', async () => {
      const answer = await forward(bytes({ stream: true }));
      let text = '';
      for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
      expect(text.split('\n').length).toBeGreaterThan(4);
      expect(text).toContain('Grüße');
    });

    it('answers what the server refused, rather than throwing it', async () => {
      harness.fake.script({ status: 429, message: 'Slow down.', headers: { 'retry-after': '3' } });
      const answer = await forward(bytes());
      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '3' } });
      expect((await answer.bytes()).toString()).toContain('Slow down.');
    });

    it('throws where no answer came', async () => {
      harness.fake.script({ fault: { kind: 'reset', after: 0 } });
      await expect(forward(bytes({ stream: true }))).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    });

    it('says so when the answer breaks off', async () => {
      harness.fake.script({ text: ['one ', 'two'], fault: { kind: 'reset', after: 1 } });
      const answer = await forward(bytes({ stream: true }));
      const reading = (async () => {
        for await (const chunk of answer.body) expect(chunk.length).toBeGreaterThan(0);
      })();
      await expect(reading).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    });

    it('ends the server’s work with an abort, or when the reader leaves', async () => {
      harness.fake.script({ text: ['one ', 'two'], fault: { kind: 'stall', after: 1 } });
      const stop = new AbortController();
      const answer = await forward(bytes({ stream: true }), stop.signal);
      const reading = (async () => {
        for await (const chunk of answer.body) if (Buffer.from(chunk).includes('one ')) stop.abort('gone');
      })();
      await expect(reading).rejects.toBe('gone');
      await harness.fake.requests[0]?.ended;

      for await (const chunk of (await forward(bytes({ stream: true }))).body) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      await harness.fake.requests[1]?.ended;
      expect(harness.fake.requests.map(({ closedEarly }) => closedEarly)).toEqual([true, true]);
    });
  });

  const model = subject.embeddingModel;
  if (model === undefined) return;
  describe('vectors', () => {
    const embed = (over: object = {}) =>
      harness.open().embed?.({ model, input: ['bees sleep', 'bees'], ...over }, harness.never);

    it('come one for each text, in their order', async () => {
      const { vectors = [], usage } = (await embed()) ?? {};
      expect(vectors).toHaveLength(2);
      expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1);
      expect(vectors[0]).not.toEqual(vectors[1]);
      expect((await embed({ input: ['bees'] }))?.vectors).toEqual([vectors[1]]);
      expect(usage).toEqual({ prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 });
    });

    it('have as many numbers as asked for', async () => {
      expect((await embed({ dimensions: 8 }))?.vectors[0]).toHaveLength(8);
    });

    it('do not come from a model that is not there', async () => {
      await expect(embed({ model: 'no-such-model' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    });
  });
}
