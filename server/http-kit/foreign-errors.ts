import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorCode } from '../../shared/errors.ts';
import type { AppError } from '../lib/errors.ts';

/** Other services' APIs that are spoken here, for programs that were written for them. */
export type Protocol = 'openai' | 'anthropic' | 'ollama';

/** Whose API an address belongs to, so that also what fails before a route is found fails in words that its client knows; null for our own. */
export function protocolOf({ url, headers }: { url: string; headers: IncomingHttpHeaders }): Protocol | null {
  if (url.startsWith('/ollama/')) return 'ollama';
  if (!url.startsWith('/v1/')) return null;
  // Both have a list of models; only one of them says its version.
  return url.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai';
}

type ForeignError = { status: number; headers: Record<string, string>; body: object };

/** Refusals of a provider that are about the request, not about the provider. */
const aboutRequest: ReadonlySet<number> = new Set([400, 413, 422, 429]);

/**
 * The status as these clients expect it. They try again what is 5xx: a request that the provider found wrong keeps the
 * provider's status, which stands behind the error.
 */
function statusOf(error: AppError): number {
  const said = error.code === 'PROVIDER_ERROR' ? (error.cause as { status?: unknown } | undefined)?.status : undefined;
  return typeof said === 'number' && aboutRequest.has(said) ? said : error.status;
}

/** One sentence with all that may be shown: these shapes have no other place for it. */
function sentenceOf({ message, detail, details }: AppError): string {
  const fields = details?.fields?.map(({ path, message: said }) => (path ? `${path}: ${said}` : said)) ?? [];
  const hint = details?.suggestion && !fields.length ? [details.suggestion] : [];
  return [message, detail, ...fields, ...hint].filter(Boolean).join(' ');
}

const openAiTypes: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};
const openAiCodes: Partial<Record<ErrorCode, string>> = {
  AUTH_REQUIRED: 'invalid_api_key',
  TOKEN_EXPIRED: 'invalid_api_key',
  TOKEN_REVOKED: 'invalid_api_key',
  QUOTA_EXCEEDED: 'insufficient_quota',
  RATE_LIMITED: 'rate_limit_exceeded',
};
const anthropicTypes: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
};

/** The body of an error as OpenAI's API has it. */
export function openAiError(error: AppError): object {
  const status = statusOf(error);
  const type =
    error.code === 'QUOTA_EXCEEDED'
      ? 'insufficient_quota'
      : (openAiTypes[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'));
  const param = error.details?.fields?.[0]?.path ?? (error.code === 'MODEL_NOT_FOUND' ? 'model' : null);
  const code = openAiCodes[error.code] ?? error.code.toLowerCase();
  return { error: { message: sentenceOf(error), type, param: param === '' ? null : param, code } };
}

/** The body of an error as Anthropic's API has it, in answers and in the events of a stream. */
export function anthropicError(error: AppError, requestId: string): object {
  const status = statusOf(error);
  const type = anthropicTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { type: 'error', error: { type, message: sentenceOf(error) }, request_id: requestId };
}

/** The body of an error as Ollama's API has it. */
export const ollamaError = (error: AppError): object => ({ error: sentenceOf(error) });

const bodies = { openai: openAiError, anthropic: anthropicError, ollama: ollamaError };

/** An error as the clients of another API read it. */
export function foreignError(protocol: Protocol, error: AppError, requestId: string): ForeignError {
  // Their shapes have no place for the stable code.
  const headers: Record<string, string> = { 'x-error-code': error.code };
  if (protocol === 'anthropic') headers['request-id'] = requestId;
  // Their clients try 429 again by themselves; what is used up until midnight is not worth it.
  if (error.code === 'QUOTA_EXCEEDED') headers['x-should-retry'] = 'false';
  return { status: statusOf(error), headers, body: bodies[protocol](error, requestId) };
}
