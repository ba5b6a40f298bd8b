import { describe, expect, it } from 'vitest';
import { estimateTokens } from './estimate.ts';
import { createUsageFinder, forwardedBody, letGo, passEvents, takeUp } from './passing.ts';

const sent = (text: string, model: string, changes?: Parameters<typeof forwardedBody>[3]): string =>
  forwardedBody(Buffer.from(text), JSON.parse(text) as Record<string, unknown>, model, changes).toString();

describe('a request that is passed on', () => {
  it('keeps its bytes where nothing changes', () => {
    const bytes = Buffer.from('{ "model" : "gpt-4o", "seed": 12345678901234567890 }');
    expect(forwardedBody(bytes, { model: 'gpt-4o', seed: 1 }, 'gpt-4o')).toBe(bytes);
  });

  it('keeps all but the name of the model, and takes further fields at its end', () => {
    const text = '{"model":"mine/gpt-4o","seed":12345678901234567890,"note":"Grüße }"} ';
    expect(sent(text, 'gpt-4o')).toBe('{"model":"gpt-4o","seed":12345678901234567890,"note":"Grüße }"}');
    expect(sent(text, 'gpt-4o', { add: { stream_options: { include_usage: true } } })).toBe(
      '{"model":"gpt-4o","seed":12345678901234567890,"note":"Grüße }","stream_options":{"include_usage":true}}',
    );
  });

  it('keeps its bytes where its texts have quotes and escapes', () => {
    const bytes = Buffer.from('{"model":"gpt-4o","messages":[{"content":"the \\"model\\" \\u2014 caf\\u00e9"}]}');
    expect(forwardedBody(bytes, { model: 'gpt-4o' }, 'gpt-4o')).toBe(bytes);
  });

  it('holds nothing large while it is on its way, and all of it again where it is needed', () => {
    const text = JSON.stringify({ model: 'a', messages: [{ content: 'x' }], prompt: 'x'.repeat(5_000), stream: true });
    const body = JSON.parse(text) as Record<string, unknown>;
    letGo(body);
    expect(body).toEqual({ model: 'a', stream: true });
    takeUp(body, Buffer.from(text));
    expect(body).toEqual(JSON.parse(text));
  });

  it.each([
    ['named twice, the first of which another parser takes', '{"model":"secret","model":"open"}'],
    ['named in capitals, which some parsers take for the same', '{"model":"open","Model":"secret"}'],
    ['named with an escape', '{"model":"secret","mod\\u0065l":"open"}'],
    ['named last', '{"MODEL":"secret","stream":true,"model":"open"}'],
    ['named inside something else first', '{"tool":{"model":"secret"},"model":"open"}'],
  ])('names the model once that was checked, where it came %s', (_, text) => {
    const out = sent(text, 'the-one');
    const [, ...others] = out.toLowerCase().split('"model":"the-one"');
    expect(others).toHaveLength(1);
    const { model, ...rest } = JSON.parse(out) as Record<string, unknown>;
    expect(model).toBe('the-one');
    expect(Object.keys(rest).map((name) => name.toLowerCase())).not.toContain('model');
  });

  it('loses the fields that are not the client’s to set, and has changed ones once', () => {
    expect(JSON.parse(sent('{"model":"a","keep_alive":-1,"stream":true}', 'a', { drop: ['keep_alive'] }))).toEqual({
      model: 'a',
      stream: true,
    });
    const text = '{"model":"a","stream_options":{"x":1}}';
    expect(sent(text, 'a', { add: { stream_options: { x: 1, include_usage: true } } })).toBe(
      '{"model":"a","stream_options":{"x":1,"include_usage":true}}',
    );
  });
});

describe('what an answer cost', () => {
  it.each([
    ['openai', '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"x":{"y":1}}}', 7],
    ['openai', '{"usage": {"input_tokens": 3, "output_tokens": 4}}', 7],
    ['anthropic', '{"usage":{"input_tokens":3,"cache_read_input_tokens":2,"output_tokens":4}}', 9],
    ['ollama', '{"done":true,"prompt_eval_count":3,"eval_count":4}', 7],
  ] as const)('is found in bytes of %s that pass: %s', (protocol, text, total) => {
    const finder = createUsageFinder(protocol);
    expect(finder.look(Buffer.from(text))).toBe(true);
    expect(finder.usage()?.total_tokens).toBe(total);
  });

  it('is not taken from what a model writes about it', () => {
    const finder = createUsageFinder('openai');
    const content = '{"usage":{"total_tokens":999}}';
    expect(finder.look(Buffer.from(JSON.stringify({ choices: [{ message: { content } }], usage: null })))).toBe(false);
    expect(finder.usage()).toBeNull();
  });

  it('is guessed where nobody says: letters by fours, a picture as a thousand', () => {
    expect(estimateTokens({ messages: [{ role: 'user', content: 'x '.repeat(20) }] })).toBe(11);
    expect(estimateTokens({ url: `data:image/png;base64,${'A'.repeat(1_000_000)}` })).toBe(1_000);
  });
});

describe('a stream that passes', () => {
  const events = [
    'data: {"choices":[{"delta":{"content":"Grüß Gott 👋"}}]}\n\n',
    'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\n',
    'data: {"choices":[{"delta":{"content":"of usage\\""}}],"usage":null}\r\n\r\n',
    'data: [DONE]\n\n',
  ];
  const whole = Buffer.from(events.join(''));

  async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  async function passed(size: number, hideUsage: boolean) {
    const seen: number[] = [];
    let ended = 0;
    const out: Uint8Array[] = [];
    const onUsage = ({ total_tokens }: { total_tokens: number }): void => void seen.push(total_tokens);
    const passing = {
      protocol: 'openai',
      hideUsage,
      onUsage,
      onBytes: () => undefined,
      onEnd: () => (ended += 1),
    } as const;
    for await (const piece of passEvents(inPieces(whole, size), passing)) out.push(piece);
    return { text: Buffer.concat(out).toString(), seen, ended };
  }

  it.each([1, 2, 7, 50, 10_000])('stays as it is, in pieces of %i bytes', async (size) => {
    expect(await passed(size, false)).toEqual({ text: whole.toString(), seen: [3], ended: 1 });
  });

  it.each([1, 2, 7, 50, 10_000])(
    'loses only the usage that the client did not ask for, in pieces of %i bytes',
    async (size) => {
      expect(await passed(size, true)).toEqual({ text: events.toSpliced(1, 1).join(''), seen: [3], ended: 1 });
    },
  );

  it('gives also what an interrupted server left behind', async () => {
    const out: Uint8Array[] = [];
    const passing = {
      protocol: 'openai',
      hideUsage: true,
      onUsage: () => undefined,
      onBytes: () => undefined,
      onEnd: () => undefined,
    } as const;
    for await (const piece of passEvents(inPieces(Buffer.from('data: half'), 3), passing)) out.push(piece);
    expect(Buffer.concat(out).toString()).toBe('data: half');
  });
});
