import type { Problem, ProblemDetails } from '../../../shared/api/common.ts';

/** `OFFLINE`: no answer came at all. `UNREADABLE`: something answered that does not speak this API (a proxy's page, say). */
export type ProblemCode = Problem['code'] | 'OFFLINE' | 'UNREADABLE';

/** A refusal, as the page shows it. `message` is safe to show; empty for the two codes that the page words by itself. */
export type Refusal = {
  code: ProblemCode;
  status: number;
  message: string;
  request_id: string | null;
  details: ProblemDetails;
};

export class ApiError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message || refusal.code);
    this.refusal = refusal;
  }
}

export const offline = (): Refusal => ({ code: 'OFFLINE', status: 0, message: '', request_id: null, details: {} });

const unreadable = (status: number, requestId: string | null): Refusal => ({
  code: 'UNREADABLE',
  status,
  message: '',
  request_id: requestId,
  details: {},
});

/** Reads an RFC 9457 problem; anything else becomes `UNREADABLE` with the status that came. */
export function toRefusal(status: number, body: string, requestId: string | null): Refusal {
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    if (typeof problem.code !== 'string' || typeof problem.message !== 'string') return unreadable(status, requestId);
    return {
      code: problem.code,
      status,
      message: problem.message,
      request_id: problem.request_id ?? requestId,
      details: problem.details ?? {},
    };
  } catch {
    return unreadable(status, requestId);
  }
}

/** What the page itself has to say of something that went wrong. */
export const ownWords = (message: string): Refusal => ({
  code: 'FORBIDDEN',
  status: 0,
  message,
  request_id: null,
  details: {},
});

/** What a failed call says, whatever was thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError) return error.refusal;
  return { ...unreadable(0, null), message: error instanceof Error ? error.message : '' };
}

/** Messages by field name, as `details.fields` gives them (`/password`, `password` and `body.password` are the same). */
export function fieldMessages(refusal: Refusal | null): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const { path, message } of refusal?.details.fields ?? []) {
    const name = path.split(/[./]/).filter(Boolean).at(-1);
    if (name && !(name in messages)) messages[name] = message;
  }
  return messages;
}
