import type { LlmProvider } from './driver.ts';
import { createAnthropicProvider } from './drivers/anthropic.ts';
import { createOllamaProvider } from './drivers/ollama.ts';
import { createOpenAiProvider } from './drivers/openai.ts';
import type { HttpSettings, ProviderSettings } from './http.ts';

export type OpenProvider = (settings: ProviderSettings) => LlmProvider;

/** Connecting takes longer than this only where nothing will come any more. */
const CONNECT_MS = 10_000;

/**
 * Makes providers of every kind that speaks HTTP. `timeoutMs` bounds the wait for the first byte and each silence between
 * two; `connect` opens the sockets, where a guard has to.
 */
export function providerOpener(options: {
  version: string;
  timeoutMs: number;
  connect?: HttpSettings['connect'];
}): OpenProvider {
  const { version, timeoutMs, connect } = options;
  const http: HttpSettings = {
    userAgent: `carrel/${version}`,
    timeouts: { connectMs: Math.min(CONNECT_MS, timeoutMs), firstByteMs: timeoutMs, idleMs: timeoutMs },
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
