import type { ModelInfo } from '../driver.ts';

type Known = Pick<ModelInfo, 'context_length' | 'vision' | 'tools' | 'reasoning'>;

/** What is publicly known of models whose provider lists names alone. The first that fits counts. */
const table: readonly (readonly [RegExp, Known])[] = [
  [/^o1-mini|^o1-preview/, { context_length: 128_000, reasoning: true }],
  [/^o[13]-mini/, { context_length: 200_000, tools: true, reasoning: true }],
  [/^o\d/, { context_length: 200_000, vision: true, tools: true, reasoning: true }],
  [/^gpt-5.*-chat/, { context_length: 128_000, vision: true, tools: true }],
  [/^gpt-5/, { context_length: 400_000, vision: true, tools: true, reasoning: true }],
  [/^gpt-4\.1/, { context_length: 1_047_576, vision: true, tools: true }],
  [/^gpt-4o|^chatgpt-4o|^gpt-4-turbo/, { context_length: 128_000, vision: true, tools: true }],
  [/^gpt-4/, { context_length: 8_192, tools: true }],
  [/^gpt-3\.5-turbo/, { context_length: 16_385, tools: true }],
  [/^gpt-oss/, { context_length: 131_072, tools: true, reasoning: true }],
  [/^claude-3-7/, { context_length: 200_000, vision: true, tools: true, reasoning: true }],
  [/^claude-3/, { context_length: 200_000, vision: true, tools: true }],
  [/^claude-/, { context_length: 200_000, vision: true, tools: true, reasoning: true }],
];

/** Aggregators put the maker before the name. */
export function knownModel(name: string): Known {
  const bare = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return table.find(([pattern]) => pattern.test(bare))?.[1] ?? {};
}
