import type { ProviderProblem } from '../../../shared/api/providers.ts';
import { AppError } from '../../lib/errors.ts';
import type { ProviderSettings } from '../../platform/llm/http.ts';

export type Diagnosis = { problem: ProviderProblem; error: string; suggestion: string };

type Kind = ProviderSettings['kind'];
type Settings = Pick<ProviderSettings, 'kind' | 'name' | 'baseUrl' | 'apiKey'>;

/** The codes of Node, the resolver, TLS and undici, and the status of the server, wherever in the chain they are. */
function traces(error: unknown): { codes: string[]; status: number | undefined; text: string } {
  const codes: string[] = [];
  const texts: string[] = [];
  let status: number | undefined;
  const visit = (one: unknown, depth: number): void => {
    if (!(one instanceof Error) || depth > 8) return;
    const { code, status: answered } = one as { code?: unknown; status?: unknown };
    if (typeof code === 'string') codes.push(code);
    if (typeof answered === 'number' && !(one instanceof AppError)) status ??= answered;
    texts.push(one.message);
    if (one instanceof AggregateError) for (const inner of one.errors) visit(inner, depth + 1);
    visit(one.cause, depth + 1);
  };
  visit(error, 0);
  return { codes, status, text: texts.join(' ') };
}

const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO$|HOSTNAME_MISMATCH)/;
const start: Partial<Record<Kind, string>> = {
  ollama: 'Start Ollama (`ollama serve`); from a container it is reached at http://host.docker.internal:11434.',
  lmstudio: 'Start the server in LM Studio: Developer, then Status: Running.',
};

function aboutConnection(codes: readonly string[], { kind, baseUrl }: Settings): Omit<Diagnosis, 'error'> | undefined {
  const { hostname, host, protocol } = new URL(baseUrl);
  const has = (...wanted: string[]): boolean => codes.some((code) => wanted.includes(code));
  if (has('ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA'))
    return {
      problem: 'dns',
      suggestion: `The name ${hostname} is not known here. Check how it is written, and the name server.`,
    };
  if (has('ECONNREFUSED'))
    return {
      problem: 'refused',
      suggestion: `Nothing listens at ${host}. Check the port. ${start[kind] ?? ''}`.trim(),
    };
  if (codes.some((code) => tlsCode.test(code)))
    return {
      problem: 'tls',
      suggestion:
        protocol === 'https:'
          ? 'The certificate is not trusted here, or the server speaks plain HTTP: then the address begins with http://. For a certificate of your own, set NODE_EXTRA_CA_CERTS.'
          : 'The server expects TLS: the address begins with https://.',
    };
  if (has('UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'))
    return {
      problem: 'timeout',
      suggestion: `${host} does not answer. Check the address, the network and a firewall in between.`,
    };
  return undefined;
}

function aboutStatus(
  status: number | undefined,
  { kind, baseUrl, apiKey }: Settings,
): Omit<Diagnosis, 'error'> | undefined {
  if (status === 401 || status === 403)
    return {
      problem: 'key',
      suggestion: apiKey
        ? 'Paste the API key anew; perhaps it was revoked, or is for another account.'
        : 'This server wants an API key.',
    };
  if (status === 402) return { problem: 'credit', suggestion: 'Top up the account at the provider.' };
  if (status === 404 || status === 405) {
    const openAi = kind === 'openai' || kind === 'openai-compatible';
    const path = new URL(baseUrl).pathname;
    if (openAi && !/\/v\d/.test(path))
      return {
        problem: 'path',
        suggestion: 'The address of this kind includes the version: it usually ends with /v1.',
      };
    if (!openAi && path !== '/')
      return { problem: 'path', suggestion: 'The address of this kind is the root of the server, without a path.' };
    return {
      problem: 'kind',
      suggestion: 'Something answers there, but in another language. Check the address and the kind of provider.',
    };
  }
  if (status === 408 || status === 429)
    return { problem: 'busy', suggestion: 'Wait a little and test again; or raise the limit at the provider.' };
  if (status !== undefined && status >= 300 && status < 400)
    return {
      problem: 'path',
      suggestion: 'The server sends elsewhere, which is not followed. Give the address that it leads to.',
    };
  if (status !== undefined && status >= 500)
    return { problem: 'server', suggestion: 'Look at the log of the model server.' };
  return undefined;
}

const byCode: Partial<Record<AppError['code'], Omit<Diagnosis, 'error'>>> = {
  URL_BLOCKED: {
    problem: 'blocked',
    suggestion: 'Link-local addresses and those that hand out credentials of a cloud are never reached from here.',
  },
  PROVIDER_TIMEOUT: {
    problem: 'timeout',
    suggestion: 'A large local model may need minutes to load: test again, or give the provider a longer time-out.',
  },
  MODEL_NOT_FOUND: { problem: 'no_model', suggestion: 'Load a model there, or choose one that it lists.' },
  PROVIDER_UNREACHABLE: { problem: 'unreachable', suggestion: 'Check that the server is running, and the address.' },
};

/** What is wrong with a provider, in a sentence, and how to mend it. Never holds its key. */
export function diagnose(failure: unknown, settings: Settings): Diagnosis {
  const { codes, status, text } = traces(failure);
  const error =
    failure instanceof AppError
      ? [failure.message, failure.detail].filter(Boolean).join(' ')
      : failure instanceof DOMException && failure.name === 'TimeoutError'
        ? `${settings.name} did not answer in time.`
        : `${settings.name} could not be asked.`;
  const blocked = failure instanceof AppError && failure.code === 'URL_BLOCKED' ? byCode.URL_BLOCKED : undefined;
  const found =
    blocked ??
    aboutConnection(codes, settings) ??
    aboutStatus(status, settings) ??
    (failure instanceof AppError ? byCode[failure.code] : undefined) ??
    (failure instanceof DOMException ? byCode.PROVIDER_TIMEOUT : undefined) ??
    (failure instanceof AppError &&
    failure.code === 'PROVIDER_ERROR' &&
    /not JSON|another form|web page|not understood|speak HTTP/.test(`${error} ${text}`)
      ? {
          problem: 'kind' as const,
          suggestion: 'Check the kind of provider, and the address: something else answers there.',
        }
      : { problem: 'other' as const, suggestion: 'The log of Carrel has the details.' });
  return { ...found, error };
}
