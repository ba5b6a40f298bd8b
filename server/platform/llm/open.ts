import type { LlmProvider } from './driver.ts';
import { createAnthropicProvider } from './drivers/anthropic.ts';
import { createOllamaProvider } from './drivers/ollama.ts';
import { createOpenAiProvider } from './drivers/openai.ts';
import { timeoutsOf, type HttpSettings, type ProviderSettings } from './http.ts';

export type OpenProvider = (settings: ProviderSettings) => LlmProvider;

/**
 * Makes providers of every kind that speaks HTTP. `timeoutMs` bounds the wait for the first byte and each silence between
 * two, unless a provider has a limit of its own; `connect` opens the sockets, where a guard has to.
 */
export function providerOpener(options: {
  version: string;
  timeoutMs: number;
  connect?: HttpSettings['connect'];
}): OpenProvider {
  const { version, timeoutMs, connect } = options;
  const http: HttpSettings = {
    userAgent: `carrel/${version}`,
    timeouts: timeoutsOf(timeoutMs),
    ...(connect && { connect }),
  };
  return (settings) => {
    switch (settings.kind) {
      case 'ollama':
        return createOllamaProvider(settings, http);
      case 'anthropic':
        return createAnthropicProvider(settings, http);
      case 'openai':
      case 'lmstudio':
      case 'openai-compatible':
        return createOpenAiProvider(settings, http);
    }
  };
}
