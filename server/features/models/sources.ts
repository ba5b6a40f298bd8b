import { isBuiltIn } from '../../../shared/provider-kinds.ts';
import type { providerSources } from '../../../shared/api/providers.ts';
import type { Config } from '../../config.ts';
import type { LlmProvider } from '../../platform/llm/driver.ts';
import type { ProviderSettings } from '../../platform/llm/http.ts';
import { noRules, type Rules, type Stored, type StoredProvider } from './stored.ts';

const OPENAI_URL = 'https://api.openai.com/v1';
const ANTHROPIC_URL = 'https://api.anthropic.com';

const hostOf = (url: string): string => new URL(url).host;

/** The providers that the environment names, in the order in which they are preferred. */
export function configuredProviders({
  ollamaUrl,
  lmstudioUrl,
  openai,
  anthropic,
}: Config['providers']): ProviderSettings[] {
  const found: ProviderSettings[] = [];
  if (ollamaUrl) found.push({ id: 'ollama', name: 'Ollama', kind: 'ollama', baseUrl: ollamaUrl });
  if (lmstudioUrl) found.push({ id: 'lmstudio', name: 'LM Studio', kind: 'lmstudio', baseUrl: lmstudioUrl });

  const openaiUrl = openai.baseUrl ?? OPENAI_URL;
  const compatible = hostOf(openaiUrl) !== hostOf(OPENAI_URL);
  // Without a key only a server of one's own can answer.
  if (openai.apiKey || compatible) {
    const own = compatible
      ? ({ name: 'OpenAI-compatible', kind: 'openai-compatible' } as const)
      : ({ name: 'OpenAI', kind: 'openai' } as const);
    found.push({ id: 'openai', ...own, baseUrl: openaiUrl, apiKey: openai.apiKey });
  }

  const anthropicUrl = anthropic.baseUrl ?? ANTHROPIC_URL;
  if (anthropic.apiKey || hostOf(anthropicUrl) !== hostOf(ANTHROPIC_URL)) {
    const { apiKey } = anthropic;
    found.push({ id: 'anthropic', name: 'Anthropic', kind: 'anthropic', baseUrl: anthropicUrl, apiKey });
  }
  return found;
}

/** Where model servers are looked for. The second host is this machine, seen from a container. */
export type DetectionPlaces = { hosts: readonly string[]; ports: { ollama: number; lmstudio: number } };

export const standardPlaces: DetectionPlaces = {
  hosts: ['localhost', 'host.docker.internal'],
  ports: { ollama: 11_434, lmstudio: 1_234 },
};

/** One list of addresses for each kind that is not configured; the first that answers becomes the provider of that kind. */
function detectionCandidates(configured: readonly ProviderSettings[], places: DetectionPlaces): ProviderSettings[][] {
  const kinds = [
    { id: 'ollama', name: 'Ollama', kind: 'ollama' },
    { id: 'lmstudio', name: 'LM Studio', kind: 'lmstudio' },
  ] as const;
  const taken = new Set(configured.map(({ baseUrl }) => hostOf(baseUrl)));
  return kinds
    .filter(({ id }) => !configured.some((settings) => settings.id === id))
    .map((kind) =>
      places.hosts
        .map((host) => ({ ...kind, baseUrl: `http://${host}:${places.ports[kind.kind]}` }))
        .filter(({ baseUrl }) => !taken.has(hostOf(baseUrl))),
    )
    .filter((candidates) => candidates.length > 0);
}

export type Source = (typeof providerSources)[number];

/** A provider that there is to be: one connection, or several addresses of which the first that answers counts. */
export type Plan = {
  readonly id: string;
  readonly source: Source;
  readonly connections: readonly ProviderSettings[];
  /** Instead of a connection. */
  readonly builtIn?: LlmProvider;
  readonly rules: Rules;
  /** What is stored under its id. */
  readonly stored?: StoredProvider | undefined;
};

const connectionOf = ({ id, kind, name, baseUrl, apiKey, headers, timeoutMs }: StoredProvider): ProviderSettings[] =>
  baseUrl === null || isBuiltIn(kind)
    ? []
    : [
        {
          id,
          kind,
          name,
          baseUrl,
          ...(apiKey !== null && { apiKey }),
          ...(Object.keys(headers).length > 0 && { headers }),
          ...(timeoutMs !== null && { timeoutMs }),
        },
      ];

/** Every provider there is to be, in the order of preference. What the environment names wins over what is stored. */
export function planProviders(
  config: Pick<Config['providers'], 'detect'> & Config['providers'],
  places: DetectionPlaces,
  builtIn: readonly LlmProvider[],
  stored: Stored,
): Plan[] {
  const rowOf = new Map(stored.providers.map((row) => [row.id, row]));
  const plan = (id: string, source: Source, connections: ProviderSettings[]): Plan => {
    const row = rowOf.get(id);
    return { id, source, connections, rules: row ?? noRules, stored: row };
  };
  const configured = configuredProviders(config);
  const named = new Set(configured.map(({ id }) => id));
  const own = stored.providers.flatMap((row) => (named.has(row.id) ? [] : connectionOf(row)));
  const detected = config.detect ? detectionCandidates([...configured, ...own], places) : [];
  const plans = [
    ...configured.map((settings) => plan(settings.id, 'environment', [settings])),
    ...detected.map((candidates) => plan(candidates[0]?.id ?? '', 'detected', candidates)),
    ...own.map((settings) => plan(settings.id, 'stored', [settings])),
  ];
  const place = (id: string): number => {
    const at = stored.order.indexOf(id);
    return at < 0 ? stored.order.length : at;
  };
  return [
    ...plans.toSorted((a, b) => place(a.id) - place(b.id)),
    // Built in, and the last that is chosen.
    ...builtIn.map((provider): Plan => ({ ...plan(provider.id, 'built_in', []), builtIn: provider })),
  ];
}
