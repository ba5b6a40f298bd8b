import { errors as undici } from 'undici';
import type { ProblemDetails } from '../../../shared/api/common.ts';
import { AppError } from '../../lib/errors.ts';

/** Who failed, for the sentence, and what must never be in it. */
export type Speaker = { name: string; secrets: readonly string[] };

/** Stands behind a PROVIDER_ERROR that the server itself reported; the retry decision reads its status. */
class ProviderRefusal extends Error {
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(`${status}: ${sentence}`);
    this.name = 'ProviderRefusal';
    this.status = status;
  }
}

const keyLike = /\b(?:sk|gsk|xai|org)-[\w*.-]{6,}|\bBearer\s+\S+|\b[a-z]+:\/\/\S+/gi;

/** Takes keys, and addresses (which members may not see), out of a server's sentence, and bounds its length. */
export function redact(sentence: string, secrets: readonly string[]): string {
  let clean = sentence;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '…');
  clean = clean.replace(keyLike, '…').replace(/\s+/g, ' ').trim();
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean;
}

/** The human part of an error in any of the shapes that model servers use; empty where there is none. */
function errorSentence(body: unknown): string {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return '';
  const { error, message, detail } = body as Record<string, unknown>;
  if (Array.isArray(detail)) return errorSentence((detail[0] as { msg?: unknown } | undefined)?.msg);
  return errorSentence(error ?? message ?? detail);
}

/** A server's text as what it means: JSON where it is JSON, nothing where it is a web page. */
export function parseErrorBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return /^\s*</.test(text) ? '' : text;
  }
}

/** Seconds of a Retry-After header (RFC 9110 10.2.3), in its form as a number. */
const retryAfter = (header: string | string[] | undefined): number | undefined => {
  const seconds = typeof header === 'string' && header.trim() !== '' ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};

const refusalMessage = (status: number, name: string): string => {
  if (status === 401 || status === 403)
    return `${name} did not accept the key. An admin has to check the provider's API key.`;
  if (status === 402) return `${name} says that its account has no credit left.`;
  if (status === 429) return `${name} takes no more requests at the moment. Wait a little and try again.`;
  if (status >= 500) return `${name} has a problem of its own. Try again in a moment.`;
  return `${name} refused the request.`;
};

/** A 404 that does not speak of a model comes from a web server that knows no such address. */
const deniesModel = (status: number, body: unknown, sentence: string): boolean => {
  const code = (body as { error?: { code?: unknown } | null } | null)?.error?.code;
  return code === 'model_not_found' || (status === 404 && /model/i.test(sentence));
};

/** An HTTP status from 400, or the same said inside a stream. `model`: a 404 means that this model is not there. */
export function refused(
  speaker: Speaker,
  answer: { status: number; body: unknown; retryAfter?: string | string[] | undefined; model?: string | undefined },
): AppError {
  const sentence = redact(errorSentence(answer.body), speaker.secrets);
  const cause = new ProviderRefusal(answer.status, sentence);
  if (answer.model && deniesModel(answer.status, answer.body, sentence)) {
    const details = { model_name: answer.model };
    const message = `${speaker.name} has no model named “${answer.model}”.`;
    return new AppError('MODEL_NOT_FOUND', { message, details, cause });
  }
  const wait = retryAfter(answer.retryAfter);
  const details: ProblemDetails = {
    ...(wait !== undefined && { retry_after: wait }),
    ...(answer.status === 404 && { suggestion: 'Check the address of the provider.' }),
  };
  return new AppError('PROVIDER_ERROR', {
    message: refusalMessage(answer.status, speaker.name),
    ...(sentence && { detail: sentence }),
    ...(Object.keys(details).length > 0 && { details }),
    cause,
  });
}

/** The server answered, but not in the protocol. */
export const nonsense = (speaker: Speaker, detail: string, cause?: unknown): AppError =>
  new AppError('PROVIDER_ERROR', {
    message: `${speaker.name} answered with something that is not understood here.`,
    detail,
    cause,
  });

/** The answer ended before the server said that it is finished. */
export const cutOff = (speaker: Speaker): AppError =>
  new AppError('PROVIDER_ERROR', { message: `${speaker.name} ended the answer before it was finished.` });

/** What undici or the socket threw, in the words of the catalogue. An AppError (a guard's refusal) stays as it is. */
export function transportError(speaker: Speaker, cause: unknown, { midway = false } = {}): AppError {
  if (cause instanceof AppError) return cause;
  if (cause instanceof undici.HeadersTimeoutError) {
    return new AppError('PROVIDER_TIMEOUT', { message: `${speaker.name} took too long to begin its answer.`, cause });
  }
  if (cause instanceof undici.BodyTimeoutError) {
    return new AppError('PROVIDER_TIMEOUT', {
      message: `${speaker.name} fell silent in the middle of its answer.`,
      cause,
    });
  }
  if (cause instanceof undici.HTTPParserError || cause instanceof undici.HeadersOverflowError) {
    return nonsense(speaker, 'It does not speak HTTP as it should.', cause);
  }
  return new AppError('PROVIDER_UNREACHABLE', {
    message: midway
      ? `The connection to ${speaker.name} broke in the middle of its answer.`
      : `${speaker.name} could not be reached. Check that it is running and try again.`,
    cause,
  });
}

/** What the server itself answered, where it answered at all. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof AppError && error.cause instanceof ProviderRefusal ? error.cause.status : undefined;

/** True where the same request may succeed a moment later: no connection, an overload, a server's own fault. */
export function isTransient(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false;
  if (error.code === 'PROVIDER_UNREACHABLE') return true;
  const { cause } = error;
  return cause instanceof ProviderRefusal && (cause.status >= 500 || cause.status === 429 || cause.status === 408);
}

/** The sentence of a server that refused a request as wrong (400, 422); undefined for every other error. */
const wrongRequest = (error: unknown): string | undefined => {
  const cause = error instanceof AppError ? error.cause : undefined;
  const wrong = cause instanceof ProviderRefusal && (cause.status === 400 || cause.status === 422);
  return wrong ? cause.message : undefined;
};

/** True when the server refused a request as wrong, rather than its key, its model, or all requests at the moment. */
export const refusesRequest = (error: unknown): boolean => wrongRequest(error) !== undefined;

/** True when it did, and named this field of it. */
export const blames = (error: unknown, field: string): boolean => wrongRequest(error)?.includes(field) ?? false;
