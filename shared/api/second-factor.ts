import { z } from 'zod';
import { timestamp } from './common.ts';

/** Six digits of the app, or a backup code; spaces and dashes do not matter. */
const code = z.string().min(1).max(64);
const password = z.string().min(1).max(1_000);

export const secondStepBody = z.strictObject({ challenge: z.string().min(1).max(200), code });

export const secondFactor = z.object({
  enabled: z.boolean(),
  since: timestamp.nullable(),
  backup_codes_left: z.number().int(),
  /** My role needs it and I have no passkey: it cannot be switched off. */
  required: z.boolean(),
});
export type SecondFactor = z.infer<typeof secondFactor>;

export const enrolment = z.object({
  /** Base32 (RFC 4648), to be typed. */
  secret: z.string(),
  /** Key URI, to be drawn as a QR code. */
  otpauth_url: z.string(),
});
export type Enrolment = z.infer<typeof enrolment>;

export const confirmBody = z.strictObject({ code });

/** The password, or a code. */
export const proofBody = z
  .strictObject({ password: password.optional(), code: code.optional() })
  .refine((body) => (body.password === undefined) !== (body.code === undefined), {
    path: ['code'],
    message: 'Give your password or a code.',
  });

export const backupCodes = z.object({ backup_codes: z.array(z.string()) });
export type BackupCodes = z.infer<typeof backupCodes>;
