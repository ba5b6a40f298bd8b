import { afterEach, beforeEach } from 'vitest';
import { createFakeLlm, type FakeLlm, type FakeOptions, type FakeScript } from '../../../test/fake-llm/server.ts';
import type { LlmEvent, LlmProvider, LlmRequest } from './driver.ts';
import type { HttpSettings, ProviderSettings } from './http.ts';
import { collect } from './messages.ts';

export type Subject = {
  name: string;
  kind: ProviderSettings['kind'];
  open(settings: ProviderSettings, http: HttpSettings): LlmProvider;
  fake?: FakeOptions;
  /** One that the fake lists. */
  model: string;
  /** One that makes vectors, where the provider has any. */
  embeddingModel?: string;
  /** After the fake's address. */
  path?: string;
  /** Whether a model can be made to call a tool, or only one. */
  commandsTools: boolean;
  /** Whether the server tells how much of the prompt it had cached and how much was thought. */
  detailedUsage: boolean;
  /** Where chats go, and how this protocol asks for one without a stream. */
  forward: { path: string; body: Record<string, unknown> };
};

export const KEY = 'sk-contract-0123456789abcdef';
const timeouts = { connectMs: 2_000, firstByteMs: 5_000, idleMs: 5_000 };

type Over = {
  url?: string;
  apiKey?: string;
  timeouts?: HttpSettings['timeouts'];
  settings?: Partial<ProviderSettings>;
};

export type Harness = ReturnType<typeof contractHarness>['harness'];

/** A fake server and a provider before each test of a contract, and their end after it. */
export function contractHarness(subject: Subject) {
  const opened: LlmProvider[] = [];
  const never = new AbortController().signal;
  const request: LlmRequest = {
    model: subject.model,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Grüße 🌍' },
    ],
  };

  const open = (over: Over = {}): LlmProvider => {
    const provider = subject.open(
      {
        id: 'subject',
        name: 'Subject',
        kind: subject.kind,
        baseUrl: `${over.url ?? harness.fake.url}${subject.path ?? ''}`,
        apiKey: over.apiKey ?? KEY,
        ...over.settings,
      },
      { userAgent: 'carrel/contract', timeouts: over.timeouts ?? timeouts },
    );
    opened.push(provider);
    return provider;
  };

  /** Everything that came, and how it ended. */
  async function run(provider: LlmProvider, over: Partial<LlmRequest> = {}) {
    const events: LlmEvent[] = [];
    let error: unknown;
    try {
      for await (const event of provider.stream({ ...request, ...over }, never)) events.push(event);
    } catch (caught) {
      error = caught;
    }
    const join = (type: 'text' | 'reasoning') =>
      events.map((event) => (event.type === type ? event.text : '')).join('');
    return { events, error, text: join('text'), reasoning: join('reasoning'), types: events.map(({ type }) => type) };
  }

  const runScript = (script: FakeScript, provider = open()) => {
    harness.fake.script(script);
    return run(provider);
  };

  /** The whole answer to a request. */
  const ask = (over: Partial<LlmRequest>) => collect(open().stream({ ...request, ...over }, never));

  const harness = { fake: undefined as unknown as FakeLlm, open, ask, request, never };

  beforeEach(async () => {
    harness.fake = await createFakeLlm({ apiKey: KEY, ...subject.fake });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((provider) => provider.close()));
    await harness.fake.close();
  });

  return { open, run, runScript, request, never, harness };
}
