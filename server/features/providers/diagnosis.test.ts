import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { ProviderSettings } from '../../platform/llm/http.ts';
import { nonsense, refused, transportError } from '../../platform/llm/errors.ts';
import { cheapest } from './check.ts';
import { diagnose } from './diagnosis.ts';

const speaker = { name: 'Lab', secrets: ['sk-secret-0123456789'] };
const settings = (over: Partial<ProviderSettings> = {}): ProviderSettings => ({
  id: 'lab',
  name: 'Lab',
  kind: 'openai-compatible',
  baseUrl: 'http://lab.example:8000/v1',
  apiKey: 'sk-secret-0123456789',
  ...over,
});
const socket = (code: string): Error => transportError(speaker, Object.assign(new Error(code), { code }));
const status = (code: number, message = 'No.'): Error =>
  refused(speaker, { status: code, body: { error: { message } } });

describe('what is wrong with a provider', () => {
  it.each<[string, Error, Partial<ProviderSettings>, string, RegExp]>([
    ['a name that nobody knows', socket('ENOTFOUND'), {}, 'dns', /lab\.example is not known/],
    ['a port on which nothing listens', socket('ECONNREFUSED'), {}, 'refused', /Nothing listens at lab\.example:8000/],
    ['Ollama that was not started', socket('ECONNREFUSED'), { kind: 'ollama' }, 'refused', /ollama serve/],
    [
      'a certificate of one’s own',
      socket('DEPTH_ZERO_SELF_SIGNED_CERT'),
      { baseUrl: 'https://lab.example/v1' },
      'tls',
      /NODE_EXTRA_CA_CERTS/,
    ],
    ['TLS where there is none', socket('EPROTO'), { baseUrl: 'https://lab.example/v1' }, 'tls', /http:\/\//],
    ['a firewall', transportError(speaker, new errors.ConnectTimeoutError()), {}, 'timeout', /firewall/],
    ['silence', transportError(speaker, new errors.HeadersTimeoutError()), {}, 'timeout', /time-out/],
    ['no answer within the test', new DOMException('', 'TimeoutError'), {}, 'timeout', /time-out/],
    ['a wrong key', status(401), {}, 'key', /Paste the API key anew/],
    ['no key', status(401), { apiKey: undefined }, 'key', /wants an API key/],
    ['an empty account', status(402), {}, 'credit', /Top up/],
    ['an address without /v1', status(404), { baseUrl: 'http://lab.example:8000/api' }, 'path', /\/v1/],
    ['a root with a path', status(404), { kind: 'ollama', baseUrl: 'http://lab.example/somewhere' }, 'path', /root/],
    ['another kind of server', status(404), {}, 'kind', /kind of provider/],
    ['a redirect', status(307), {}, 'path', /sends elsewhere/],
    ['too many requests', status(429), {}, 'busy', /Wait/],
    ['a fault of the server', status(503), {}, 'server', /log of the model server/],
    ['a web page', nonsense(speaker, 'Its answer is not JSON.'), {}, 'kind', /kind of provider/],
    [
      'a forbidden address',
      new AppError('URL_BLOCKED', { message: 'This address is reserved.' }),
      {},
      'blocked',
      /never reached/,
    ],
    ['a model that is gone', new AppError('MODEL_NOT_FOUND'), {}, 'no_model', /Load a model/],
    ['a broken connection', socket('ECONNRESET'), {}, 'unreachable', /running/],
    ['a fault of ours', new TypeError('x is undefined'), {}, 'other', /log of Carrel/],
  ])('is said and how to mend it: %s', (_what, failure, over, problem, suggestion) => {
    const found = diagnose(failure, settings(over));
    expect(found.problem).toBe(problem);
    expect(found.suggestion).toMatch(suggestion);
    expect(found.error).toMatch(/\S/);
  });

  it('never holds the key, also when the server repeats it', () => {
    const found = diagnose(status(401, 'Incorrect API key provided: sk-secret-0123456789'), settings());
    expect(JSON.stringify(found)).not.toContain('0123456789');
  });
});

describe('the model that a test asks', () => {
  const list = (...names: string[]) =>
    names.map((name) => ({ name, kind: name.includes('embed') ? ('embedding' as const) : ('chat' as const) }));
  const rules = { models: null, prices: {} };
  it('is the cheapest by price, else by name, else the first, and always one that chats and is offered', () => {
    const models = list('embed-mini', 'big', 'gpt-4o', 'gpt-4o-mini');
    expect(cheapest(models, rules)).toBe('gpt-4o-mini');
    expect(
      cheapest(models, { ...rules, prices: { big: { input: 1, output: 1 }, 'gpt-4o': { input: 2, output: 5 } } }),
    ).toBe('big');
    expect(cheapest(models, { ...rules, models: ['gpt-4o'] })).toBe('gpt-4o');
    expect(cheapest(list('embed-mini', 'gemini-pro'), rules)).toBe('gemini-pro');
    expect(cheapest(list('embed-mini'), rules)).toBeUndefined();
  });
});
