import { isBuiltIn } from '../../../shared/provider-kinds.ts';
import type { ProviderTest } from '../../../shared/api/providers.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import type { LlmProvider, ModelInfo } from '../../platform/llm/driver.ts';
import type { ProviderSettings } from '../../platform/llm/http.ts';
import type { Rules } from '../models/stored.ts';
import { diagnose, type Diagnosis } from './diagnosis.ts';

/** For everything together. A local model may have to be loaded first. */
const TEST_MS = seconds(60);
const TEST_TOKENS = 5;

const small = /(?:^|[^a-z])(?:nano|mini|haiku|flash|lite|small|tiny)(?:[^a-z]|$)/i;

/** The chat model whose answer costs least: by the prices that are known, else by its name; else the first. */
export function cheapest(listed: readonly ModelInfo[], { models, prices }: Pick<Rules, 'models' | 'prices'>) {
  const names = listed
    .filter(({ name, kind }) => kind === 'chat' && (models?.includes(name) ?? true))
    .map(({ name }) => name);
  const costOf = (name: string): number => {
    const price = prices[name];
    return price ? price.input + price.output : Infinity;
  };
  const [first] = names.filter((name) => name in prices).toSorted((a, b) => costOf(a) - costOf(b));
  return first ?? names.find((name) => small.test(name)) ?? names[0];
}

type Subject = {
  provider: LlmProvider;
  settings: ProviderSettings | undefined;
  rules: Pick<Rules, 'models' | 'prices'>;
};

/** One minimal call: the list of models, then five tokens of one of them. What fails is an answer, not an error. */
export async function testProvider(
  { provider, settings, rules }: Subject,
  now: Clock,
  asked?: string,
): Promise<ProviderTest> {
  const startedAt = now();
  const signal = AbortSignal.timeout(TEST_MS);
  let model = asked;
  let models: number | undefined;
  const result = (diagnosis?: Diagnosis): ProviderTest => ({
    healthy: diagnosis === undefined,
    latency_ms: Math.max(0, now() - startedAt),
    ...(model !== undefined && { model }),
    ...(models !== undefined && { models }),
    ...diagnosis,
  });
  try {
    if (model === undefined) {
      const listed = await provider.listModels(signal);
      models = listed.length;
      model = cheapest(listed, rules);
    }
    if (model === undefined) {
      const error = `${provider.name} answers, but has no model to chat with.`;
      return result({
        problem: 'no_model',
        error,
        suggestion: 'Load a model there, or look at the list of models that are allowed.',
      });
    }
    const messages = [{ role: 'user' as const, content: 'Say OK.' }];
    const answer = provider.stream({ model, messages, options: { max_tokens: TEST_TOKENS } }, signal);
    for await (const event of answer) if (event.type === 'finish') break;
    return result();
  } catch (error) {
    const { kind, name } = provider;
    const nowhere = {
      kind: isBuiltIn(kind) ? 'openai-compatible' : kind,
      name,
      baseUrl: 'http://localhost',
    } as const;
    return result(diagnose(error, settings ?? nowhere));
  }
}
