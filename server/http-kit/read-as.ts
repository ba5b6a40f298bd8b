import type { z } from 'zod';
import { AppError } from '../lib/errors.ts';

/** Reads a value whose form a route's schema leaves open. Throws VALIDATION_FAILED that names the fields; `under` stands before their paths. */
export function readAs<S extends z.ZodType>(schema: S, value: unknown, under: (string | number)[] = []): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const fields = read.error.issues.map(({ path, message }) => ({ path: [...under, ...path].join('.'), message }));
  throw new AppError('VALIDATION_FAILED', { details: { fields } });
}
