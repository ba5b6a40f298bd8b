import type { Clock } from '../../lib/clock.ts';
import type { LlmProvider, ModelInfo } from '../../platform/llm/driver.ts';
import { createBreaker, type Breaker } from './breaker.ts';
import type { Plan, Source } from './sources.ts';
import type { Rules } from './stored.ts';

/** What is known of a provider. */
export type Entry = {
  readonly provider: LlmProvider;
  readonly source: Source;
  rules: Rules;
  readonly breaker: Breaker;
  /** Undefined until it was looked at for the first time. */
  healthy: boolean | undefined;
  /** The newest listing, kept while the provider is away. */
  listed: readonly ModelInfo[];
  /** What of it is offered. */
  models: readonly ModelInfo[];
  /** Why it is not healthy: one sentence that may be shown. */
  error: string | undefined;
  latencyMs: number | undefined;
  answeredAt: number | undefined;
  looking: Promise<void> | undefined;
  /** Calls that run now. */
  calls: number;
};

export const newEntry = (
  provider: LlmProvider,
  { source, rules }: Pick<Plan, 'source' | 'rules'>,
  now: Clock,
): Entry => ({
  provider,
  source,
  rules,
  breaker: createBreaker(now),
  healthy: undefined,
  listed: [],
  models: [],
  error: undefined,
  latencyMs: undefined,
  answeredAt: undefined,
  looking: undefined,
  calls: 0,
});

/** Whether this model of the provider may be used at all. */
export const isOffered = ({ rules }: Entry, name: string): boolean => rules.models?.includes(name) ?? true;

/** Takes a listing in. */
export function show(entry: Entry, listed: readonly ModelInfo[]): void {
  entry.listed = listed;
  entry.models = listed.filter(({ name }) => isOffered(entry, name));
}
