import { ApiError, fieldMessages } from '../../lib/problem.ts';

/** Whether a call was refused for want of the password or a code. People who have neither are not asked. */
export function needsProof(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.refusal.code !== 'VALIDATION_FAILED') return false;
  const fields = fieldMessages(error.refusal);
  return 'password' in fields || 'code' in fields;
}
