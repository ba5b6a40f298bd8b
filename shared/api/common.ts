import { z } from 'zod';
import { errorCodes } from '../errors.ts';

export const id = z.uuid();
export const timestamp = z.iso.datetime();

/** Keyset pages: `limit` 50 by default, 200 at most; `cursor` is the `next_cursor` of the page before. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** A list that stays short: all of it at once, in the shape of a page. */
export const whole = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.null() });

export const idParams = z.object({ id });

/** RFC 9457 problem document, with our own `code`, `message`, `request_id`; `error` repeats `code` for older clients. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(errorCodes),
  error: z.enum(errorCodes),
  message: z.string(),
  request_id: z.string(),
  detail: z.string().optional(),
  details: z
    .object({
      fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      suggestion: z.string().optional(),
      retry_after: z.number().optional(),
      model_name: z.string().optional(),
      /** With TOTP_REQUIRED: what the second step is asked with. */
      challenge: z.string().optional(),
    })
    .optional(),
});
export type Problem = z.infer<typeof problem>;
export type ProblemDetails = NonNullable<Problem['details']>;
