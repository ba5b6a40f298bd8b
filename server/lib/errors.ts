import type { ProblemDetails } from '../../shared/api/common.ts';
import { errorMessage, errorStatus, type ErrorCode } from '../../shared/errors.ts';

type Options = {
  /** Replaces the catalogue's sentence. Shown to people: no paths, no secrets, no internals. */
  message?: string;
  /** Shown to people, one step more exact than the message. */
  detail?: string;
  details?: ProblemDetails;
  /** For the log only. */
  cause?: unknown;
};

/** The only error that services throw on purpose: a code of the catalogue, turned into a problem document at the door. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly details: ProblemDetails | undefined;

  constructor(code: ErrorCode, options: Options = {}) {
    super(options.message ?? errorMessage(code), { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
    this.details = options.details;
  }

  get status(): number {
    return errorStatus(this.code);
  }
}

/** VALIDATION_FAILED for one field, named by its path in the body. */
export const invalidField = (path: string, message: string): AppError =>
  new AppError('VALIDATION_FAILED', { details: { fields: [{ path, message }] } });
