import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../shared/api/common.ts';
import { isConnectionError, isDiskFull } from '../db/dialect.ts';
import { AppError } from '../lib/errors.ts';

type FastifyLikeError = Error & { code?: string; statusCode?: number };

/** Whatever was thrown, as an error of the catalogue. What is not ours becomes INTERNAL_ERROR with its cause for the log. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(({ instancePath, message, params }) =>
      fieldOf(instancePath, message ?? '', params),
    );
    return new AppError('VALIDATION_FAILED', { details: { fields: fields.flat() } });
  }
  if (isConnectionError(error)) return new AppError('DATABASE_UNAVAILABLE', { cause: error });
  if (isDiskFull(error)) return new AppError('STORAGE_FULL', { cause: error });
  return fromFastify(error as FastifyLikeError);
}

/** Zod reports unknown fields together, at the object; each is named by its own path here. */
function fieldOf(instancePath: string, message: string, params: unknown): { path: string; message: string }[] {
  const path = instancePath.split('/').filter(Boolean);
  const keys = (params as { keys?: string[] } | undefined)?.keys;
  if (keys) return keys.map((key) => ({ path: [...path, key].join('.'), message: 'This field is not known here.' }));
  return [{ path: path.join('.'), message }];
}

function fromFastify(error: FastifyLikeError): AppError {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
    case 'FST_FILES_LIMIT':
    case 'FST_PARTS_LIMIT':
      return new AppError('PAYLOAD_TOO_LARGE', { cause: error });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return new AppError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new AppError('VALIDATION_FAILED', { message: 'The body is not valid JSON.', cause: error });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new AppError('VALIDATION_FAILED', {
        message: 'The body does not have the length that was announced.',
        cause: error,
      });
    default:
      return error.statusCode === 400
        ? new AppError('VALIDATION_FAILED', { cause: error })
        : new AppError('INTERNAL_ERROR', { cause: error });
  }
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  507: 'Insufficient Storage',
};

/** The problem document (RFC 9457) for an error. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: titles[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    error: error.code,
    message: error.message,
    request_id: requestId,
    ...(error.detail !== undefined && { detail: error.detail }),
    ...(error.details !== undefined && { details: error.details }),
  };
}
