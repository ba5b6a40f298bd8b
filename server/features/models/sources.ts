import type { Config } from '../../config.ts';
import type { ProviderSettings } from '../../platform/llm/http.ts';

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
export function detectionCandidates(
  configured: readonly ProviderSettings[],
  places: DetectionPlaces,
): ProviderSettings[][] {
  const kinds = [
    { id: 'ollama', name: 'Ollama', kind: 'ollama' },
    { id: 'lmstudio', name: 'LM Studio', kind: 'lmstudio' },
  ] as const;
  return kinds
    .filter(({ id }) => !configured.some((settings) => settings.id === id))
    .map((kind) => places.hosts.map((host) => ({ ...kind, baseUrl: `http://${host}:${places.ports[kind.kind]}` })));
}
