import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeLlm, type FakeLlm, type FakeOptions } from '../../../test/fake-llm/server.ts';
import type { Config } from '../../config.ts';
import { minutes, seconds } from '../../lib/clock.ts';
import type { LlmEvent, LlmProvider } from '../../platform/llm/driver.ts';
import { providerOpener } from '../../platform/llm/open.ts';
import { createModelService, type Viewer } from './service.ts';
import { noRules, nothingStored, type Stored, type StoredProvider } from './stored.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const fakeServer = async (options?: FakeOptions): Promise<FakeLlm> => {
  const fake = await createFakeLlm(options);
  cleanups.push(() => fake.close());
  return fake;
};

/** An address on which nothing listens. */
const deadPort = async (): Promise<number> => {
  const fake = await createFakeLlm();
  await fake.close();
  return fake.port;
};

const librarian = (): LlmProvider => ({
  id: 'librarian',
  kind: 'librarian',
  name: 'Librarian',
  protocol: null,
  grounded: true,
  listModels: () => Promise.resolve([{ name: 'librarian', kind: 'chat' }]),
  stream: async function* () {
    yield { type: 'finish', reason: 'stop' };
  },
  close: () => Promise.resolve(),
});

const storedProvider = (id: string, baseUrl: string): StoredProvider => ({
  ...noRules,
  id,
  kind: 'openai-compatible',
  name: id,
  baseUrl,
  apiKey: null,
  headers: {},
  timeoutMs: null,
  createdAt: 0,
  updatedAt: 0,
});

type Providers = Config['providers'];
type Options = {
  providers?: Partial<Providers>;
  ports?: { ollama: number; lmstudio: number };
  timeoutMs?: number;
  stored?: Partial<Stored>;
};
const admin: Viewer = { userId: 'admin', role: 'admin' };

function service({ providers = {}, ports, timeoutMs = 2_000, stored = {} }: Options = {}) {
  const clock = { now: 1_000_000 };
  const made = createModelService({
    config: {
      providers: {
        timeoutMs,
        outboundAllow: [],
        ollamaUrl: undefined,
        lmstudioUrl: undefined,
        whisperUrl: undefined,
        openai: { apiKey: undefined, baseUrl: undefined },
        anthropic: { apiKey: undefined, baseUrl: undefined },
        defaultProvider: undefined,
        defaultModel: undefined,
        detect: ports !== undefined,
        ...providers,
      },
    },
    open: providerOpener({ version: 'test', timeoutMs }),
    builtIn: [librarian()],
    stored: { load: () => Promise.resolve({ ...nothingStored, ...stored }) },
    logger: pino({ level: 'silent' }),
    now: () => clock.now,
    retryDelays: [1, 1],
    ...(ports && { places: { hosts: ['127.0.0.1', 'host.invalid'], ports } }),
  });
  cleanups.push(() => made.stop());
  // Who may use what is another test's matter.
  const models = {
    ...made,
    list: () => made.list(admin),
    providers: () => made.providers(admin),
    health: (id: string) => made.health(id, admin),
    resolve: (wish: { requested?: string }) => made.resolve({ ...wish, actor: admin }),
  };
  return { models, clock };
}
type Models = ReturnType<typeof service>['models'];

const ids = async (models: Models): Promise<string[]> => (await models.list()).map(({ id }) => id);
const never = new AbortController().signal;
const request = { messages: [{ role: 'user' as const, content: 'Hello there' }] };

async function answer(models: Models, requested: string, signal = never) {
  const events: LlmEvent[] = [];
  for await (const event of models.stream(await models.resolve({ requested }), request, signal)) events.push(event);
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
const chats = (fake: FakeLlm) => fake.requests.filter(({ path }) => /chat|messages/.test(path)).length;

describe('providers from the environment', () => {
  it('has all that are named, the Librarian last', async () => {
    const fake = await fakeServer();
    const { models } = service({
      providers: {
        ollamaUrl: fake.url,
        lmstudioUrl: fake.url,
        openai: { apiKey: 'sk-1', baseUrl: `${fake.url}/v1` },
        anthropic: { apiKey: 'sk-2', baseUrl: fake.url },
      },
    });
    const kinds = (await models.providers()).map(({ id, kind, healthy }) => `${id} ${kind} ${healthy}`);
    expect(kinds).toEqual([
      'ollama ollama true',
      'lmstudio lmstudio true',
      'openai openai-compatible true',
      'anthropic anthropic true',
      'librarian librarian true',
    ]);
    expect(await models.list()).toContainEqual({
      id: 'ollama/llama3.2:latest',
      name: 'llama3.2:latest',
      provider: 'ollama',
      kind: 'chat',
      context_length: 131_072,
      tools: true,
      healthy: true,
    });
    expect((await ids(models)).at(-1)).toBe('librarian/librarian');
    for (const requested of ['ollama/llama3.2', 'lmstudio/gpt-4o', 'openai/gpt-4o', 'anthropic/claude-sonnet-4-6']) {
      expect(await answer(models, requested), requested).toBe('You said: Hello there');
    }
  });

  it('has only the Librarian when nothing is named', async () => {
    const { models } = service();
    expect(await ids(models)).toEqual(['librarian/librarian']);
    expect(await models.resolve({})).toMatchObject({ id: 'librarian/librarian', reason: 'first_healthy' });
    expect(models.componentHealth()).toEqual({ status: 'ok' });
  });

  it('shows one that is away, with a sentence and without its address or key', async () => {
    const port = await deadPort();
    const { models } = service({
      providers: { openai: { apiKey: 'sk-secret-key', baseUrl: `http://127.0.0.1:${port}/v1` } },
    });
    const [openai] = await models.providers();
    expect(openai).toMatchObject({
      id: 'openai',
      healthy: false,
      error: expect.stringContaining('could not be reached'),
    });
    expect(JSON.stringify(await models.providers())).not.toMatch(new RegExp(`${port}|127\\.0|sk-secret`));
    expect(models.componentHealth()).toEqual({ status: 'ok', detail: 'Not answering: OpenAI-compatible.' });
  });

  it('checks one when asked', async () => {
    const fake = await fakeServer({ apiKey: 'sk-right' });
    const { models } = service({ providers: { openai: { apiKey: 'sk-wrong-0123', baseUrl: fake.url } } });
    const { healthy, latency_ms, error } = await models.health('openai');
    expect({ healthy, latency_ms }).toEqual({ healthy: false, latency_ms: expect.any(Number) });
    expect(error).toContain('key');
    await expect(models.health('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await models.health('librarian')).toMatchObject({ healthy: true });
  });
});

describe('detection', () => {
  it('finds a server that starts, loses one that stops, and forgets it after a while', async () => {
    const port = await deadPort();
    const { models, clock } = service({ ports: { ollama: port, lmstudio: await deadPort() } });
    expect(await ids(models)).toEqual(['librarian/librarian']);

    const fake = await createFakeLlm({ port });
    await models.refresh();
    expect(await ids(models)).toContain('ollama/llama3.2:latest');
    expect(await models.resolve({})).toMatchObject({ id: 'ollama/llama3.2:latest' });

    await fake.close();
    await models.refresh();
    expect((await models.providers())[0]).toMatchObject({ id: 'ollama', healthy: false });
    expect(await models.resolve({})).toMatchObject({ id: 'librarian/librarian' });

    clock.now += minutes(5);
    await models.refresh();
    expect(await ids(models)).toEqual(['librarian/librarian']);

    await fakeServer({ port });
    await models.refresh();
    expect(await ids(models)).toContain('ollama/llama3.2:latest');
  });

  it('finds LM Studio, and leaves alone what the environment names', async () => {
    const [fake, named] = [await fakeServer({ lmStudio: true }), await fakeServer()];
    const ports = { ollama: fake.port, lmstudio: fake.port };
    const { models } = service({ ports, providers: { ollamaUrl: named.url } });
    expect((await models.providers()).map(({ id }) => id)).toEqual(['ollama', 'lmstudio', 'librarian']);
    expect(fake.requests.map(({ path }) => path)).toEqual(['/api/v0/models']);
  });
});

describe('calling a model', () => {
  const setup = async (timeoutMs?: number) => {
    const fake = await fakeServer();
    const { models } = service({ providers: { ollamaUrl: fake.url }, ...(timeoutMs && { timeoutMs }) });
    await models.providers();
    return { fake, models };
  };

  it.each([500, 503, 429])('tries again after %i, twice', async (status) => {
    const { fake, models } = await setup();
    fake.script({ failFirst: { times: 2, status } });
    expect(await answer(models, 'ollama/llama3.2')).toBe('You said: Hello there');
    expect(chats(fake)).toBe(3);
    fake.script({ failFirst: { times: 3, status } });
    await expect(answer(models, 'ollama/llama3.2')).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(chats(fake)).toBe(6);
  });

  it.each([400, 401, 404])('does not try again after %i', async (status) => {
    const { fake, models } = await setup();
    fake.script({ failFirst: { times: 1, status } });
    await expect(answer(models, 'ollama/llama3.2')).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(chats(fake)).toBe(1);
  });

  it('does not wait for a server that wants to be left alone for long', async () => {
    const { fake, models } = await setup();
    fake.script({ status: 429, headers: { 'retry-after': '60' } });
    await expect(answer(models, 'ollama/llama3.2')).rejects.toMatchObject({ details: { retry_after: 60 } });
    expect(chats(fake)).toBe(1);
  });

  it('never tries again after the first event', async () => {
    const { fake, models } = await setup();
    fake.script({ text: ['one ', 'two'], fault: { kind: 'reset', after: 1 } });
    const seen: LlmEvent[] = [];
    const reading = (async () => {
      const resolved = await models.resolve({ requested: 'ollama/llama3.2' });
      for await (const event of models.stream(resolved, request, never)) seen.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    expect(seen).toEqual([{ type: 'text', text: 'one ' }]);
    expect(chats(fake)).toBe(1);
  });

  it('gives up at once when the reader stops between two attempts', async () => {
    const { fake, models } = await setup();
    const stop = new AbortController();
    fake.script({ status: 500, headers: { 'retry-after': '4' } });
    const reading = answer(models, 'ollama/llama3.2', stop.signal);
    while (chats(fake) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await fake.requests.at(-1)?.ended;
    stop.abort('stopped');
    await expect(reading).rejects.toBe('stopped');
    expect(chats(fake)).toBe(1);
  });

  it('learns from a call that the provider is away, and that it is back', async () => {
    const { fake, models } = await setup();
    await fake.close();
    await expect(answer(models, 'ollama/llama3.2')).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    // The call has begun a look, which this waits for.
    expect(await models.health('ollama')).toMatchObject({ healthy: false });
    expect(await models.resolve({})).toMatchObject({ id: 'librarian/librarian' });
    await fakeServer({ port: fake.port });
    expect(await answer(models, 'ollama/llama3.2')).toBe('You said: Hello there');
    expect(await models.resolve({})).toMatchObject({ id: 'ollama/llama3.2:latest' });
  });

  it('does not give a provider up for one call that took too long', async () => {
    const { fake, models } = await setup(300);
    fake.script({ fault: { kind: 'stall', after: 0 } });
    await expect(answer(models, 'ollama/llama3.2')).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    expect(await models.health('ollama')).toMatchObject({ healthy: true });
    expect(await models.resolve({})).toMatchObject({ id: 'ollama/llama3.2:latest' });
  });
});

describe('listing', () => {
  it('waits for the first look, but not for a provider that does not answer', async () => {
    const fake = await fakeServer();
    fake.script({ listingStalls: true });
    const { models } = service({ providers: { ollamaUrl: fake.url }, timeoutMs: 60_000 });
    expect(await ids(models)).toEqual(['librarian/librarian']);
    expect(await models.resolve({})).toMatchObject({ id: 'librarian/librarian' });
  });
});

describe('a provider that fails again and again', () => {
  const setup = async () => {
    const [first, second] = [await fakeServer(), await fakeServer()];
    const { models, clock } = service({
      providers: { openai: { apiKey: undefined, baseUrl: `${first.url}/v1` } },
      stored: { providers: [storedProvider('second', `${second.url}/v1`)] },
    });
    await models.providers();
    const ask = async () => {
      const changes: string[] = [];
      const resolved = await models.resolve({ requested: 'openai/gpt-4o' });
      let text = '';
      for await (const event of models.stream(resolved, request, never, { onModel: ({ id }) => changes.push(id) }))
        if (event.type === 'text') text += event.text;
      return { text, changes };
    };
    return { first, second, models, clock, ask };
  };

  it('gives way to another that has the same model, and is then left alone until its pause has passed', async () => {
    const { first, second, clock, ask } = await setup();
    first.script({ status: 503 });
    const instead = { text: 'You said: Hello there', changes: ['second/gpt-4o'] };
    for (let n = 0; n < 3; n += 1) expect(await ask()).toEqual(instead);
    expect([chats(first), chats(second)]).toEqual([9, 3]);
    expect(await ask()).toEqual(instead);
    expect([chats(first), chats(second)]).toEqual([9, 4]);
    first.script({});
    clock.now += seconds(5);
    expect(await ask()).toEqual({ text: 'You said: Hello there', changes: [] });
    expect(await ask()).toEqual({ text: 'You said: Hello there', changes: [] });
    expect([chats(first), chats(second)]).toEqual([11, 4]);
  });

  it('fails at once, and says for how long, where nobody else has the model', async () => {
    const { first, second, ask } = await setup();
    for (const fake of [first, second]) fake.script({ status: 503 });
    for (let n = 0; n < 3; n += 1) await expect(ask()).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    const asked = chats(first) + chats(second);
    await expect(ask()).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE', details: { retry_after: 5 } });
    expect(chats(first) + chats(second)).toBe(asked);
  });

  it.each([401, 402, 429])('gives way at a refusal that is the server’s own (%i)', async (status) => {
    const { first, ask } = await setup();
    first.script({ status });
    expect((await ask()).changes).toEqual(['second/gpt-4o']);
  });

  it('does not give way at a refusal of what was asked, nor after the first word', async () => {
    const { first, second, ask } = await setup();
    first.script({ status: 400 });
    await expect(ask()).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    first.script({ text: ['one ', 'two'], fault: { kind: 'reset', after: 1 } });
    await expect(ask()).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    expect(chats(second)).toBe(0);
  });

  it('is passed over in the same way by calls that answer once', async () => {
    const { first, models } = await setup();
    const resolved = await models.resolve({ requested: 'openai/gpt-4o' });
    await first.close();
    const asked: string[] = [];
    const call = (suits: () => boolean) =>
      models.call(
        resolved,
        async ({ id, provider }) => {
          asked.push(id);
          return (await provider.listModels(never)).length;
        },
        never,
        { suits },
      );
    expect(await call(() => true)).toBe(3);
    expect(asked).toEqual(['openai/gpt-4o', 'second/gpt-4o']);
    await expect(call(() => false)).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
  });
});

describe('what is changed while the server runs', () => {
  it('lets answers that are written end, and asks the new connection from then on', async () => {
    const [old, fresh] = [await fakeServer(), await fakeServer()];
    const { models } = service({ stored: { providers: [storedProvider('lab', `${old.url}/v1`)] } });
    const release = Promise.withResolvers<void>();
    old.script({ text: ['one ', 'two'], hold: { after: 1, until: release.promise } });
    const stream = models.stream(await models.resolve({ requested: 'lab/gpt-4o' }), request, never);
    const running = stream[Symbol.asyncIterator]();
    expect((await running.next()).value).toEqual({ type: 'text', text: 'one ' });
    await models.reload({ ...nothingStored, providers: [storedProvider('lab', `${fresh.url}/v1`)] });
    await models.lookAt('lab', seconds(5));
    expect(await answer(models, 'lab/gpt-4o')).toBe('You said: Hello there');
    release.resolve();
    expect((await running.next()).value).toEqual({ type: 'text', text: 'two' });
    expect([chats(old), chats(fresh)]).toEqual([1, 1]);
  });

  it('is not detected a second time under another name', async () => {
    const fake = await fakeServer();
    const mine = { ...storedProvider('mine', fake.url), kind: 'ollama' as const };
    const { models } = service({
      ports: { ollama: fake.port, lmstudio: await deadPort() },
      stored: { providers: [mine] },
    });
    expect((await models.providers()).map(({ id }) => id)).toEqual(['mine', 'librarian']);
  });
});
