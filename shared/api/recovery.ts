import { z } from 'zod';

export const emailBody = z.strictObject({ email: z.email().max(190).toLowerCase() });

/** Anything may come as a token: what is none is answered as one that is not valid. */
const token = z.unknown().optional();

export const resetBody = z.strictObject({ token, password: z.string().min(1).max(1_000) });
export const verifyBody = z.strictObject({ token });
