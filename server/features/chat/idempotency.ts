import { createHash } from 'node:crypto';
import { isUniqueViolation } from '../../db/dialect.ts';
import { grant } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { GenerationRepository, GenerationRow } from './generation-repository.ts';
import type { OwnGeneration, Person } from './policy.ts';

/** What a request brings beside its body. */
export type RequestInfo = { requestId: string; idempotencyKey: string | undefined; route: string };

export type RequestKey = Pick<GenerationRow, 'idempotency_key' | 'body_hash'>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * With an `Idempotency-Key`, the same request again finds the run that the first one began. A key counts for one person
 * and one route; with another body it is an IDEMPOTENCY_MISMATCH.
 */
export function createOnce(generations: Pick<GenerationRepository, 'findByKey'>) {
  return async function once(
    actor: Person,
    body: object,
    request: RequestInfo,
    work: (key: RequestKey) => Promise<OwnGeneration>,
  ): Promise<OwnGeneration> {
    if (request.idempotencyKey === undefined) return work({ idempotency_key: null, body_hash: null });
    const idempotency_key = sha256(`${request.route} ${request.idempotencyKey}`);
    const body_hash = sha256(JSON.stringify(body));

    const earlier = async (): Promise<OwnGeneration | null> => {
      const row = await generations.findByKey(actor.userId, idempotency_key);
      if (row && row.body_hash !== body_hash) throw new AppError('IDEMPOTENCY_MISMATCH');
      return row ? grant(row) : null;
    };

    const known = await earlier();
    if (known) return known;
    try {
      return await work({ idempotency_key, body_hash });
    } catch (error) {
      // Two at once: the other one was quicker, and what this one had stored is rolled back.
      const winner = isUniqueViolation(error) ? await earlier() : null;
      if (winner) return winner;
      throw error;
    }
  };
}
