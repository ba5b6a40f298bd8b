import { AppError } from '../../lib/errors.ts';

/** Of what a server says about an error, this many letters are shown. */
const SHOWN = 300;

export const nonsense = (server: string, what: string, cause?: unknown): AppError =>
  new AppError('PROVIDER_ERROR', { message: `${server} answered with something else than MCP. ${what}`.trim(), cause });

export const unreachable = (server: string, cause?: unknown): AppError =>
  new AppError('PROVIDER_UNREACHABLE', { message: `${server} could not be reached.`, cause });

export const tooSlow = (server: string): AppError =>
  new AppError('PROVIDER_TIMEOUT', { message: `${server} took too long to answer.` });

export const refused = (server: string, status: number, said: string | undefined): AppError =>
  new AppError('PROVIDER_ERROR', {
    message: `${server} answered with an error (${status}).`,
    ...(said && { detail: shown(said) }),
  });

/** One line of what a server said, for people and models to see. */
export const shown = (said: string): string => said.replace(/\s+/g, ' ').trim().slice(0, SHOWN);

/** An error of JSON-RPC, as far as it can be read. */
export function rpcErrorOf(error: unknown): { code: number | undefined; message: string } {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return {
    code: typeof code === 'number' ? code : undefined,
    message: shown(typeof message === 'string' && message ? message : 'It gave no reason.'),
  };
}

/** What undici throws wraps its reason: the guard's own refusal is told as it is. */
export function transportError(server: string, error: unknown): AppError {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AppError) return cause;
  return unreachable(server, error);
}
