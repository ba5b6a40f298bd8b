import type { Refusal } from './problem.ts';
import type { Strings } from './strings/index.ts';

/** A refusal in a sentence or two: what went wrong, and what to do next where the server knows. */
export function describeRefusal(refusal: Refusal, strings: Strings): string {
  const { code, message, status, details } = refusal;
  const what =
    code === 'OFFLINE' ? strings.problem.offline : code === 'UNREADABLE' ? strings.problem.unreadable(status) : message;
  const retry =
    details.retry_after === undefined ? undefined : strings.problem.retryAfter(Math.ceil(details.retry_after));
  return [what, details.suggestion, retry].filter(Boolean).join(' ');
}
