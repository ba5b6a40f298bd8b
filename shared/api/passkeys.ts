import { z } from 'zod';
import { id, timestamp, whole } from './common.ts';

const base64url = z
  .string()
  .max(16_384)
  .regex(/^[A-Za-z0-9_-]*$/);
const passkeyName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'One line of text, please.');
const password = z.string().min(1).max(1_000);
const challenge = z.string().min(1).max(200);

const passkey = z.object({
  id,
  name: z.string(),
  /** Its keeper syncs it to further devices. */
  synced: z.boolean(),
  created_at: timestamp,
  last_used_at: timestamp.nullable(),
});
export type Passkey = z.infer<typeof passkey>;
export const passkeyAnswer = passkey;
export const passkeys = whole(passkey);

/** The password or a code, from whoever has either. */
export const passkeyProofBody = z
  .strictObject({ password: password.optional(), code: z.string().min(1).max(64).optional() })
  .refine((body) => body.password === undefined || body.code === undefined, {
    path: ['code'],
    message: 'Give your password or a code.',
  });

/** `PublicKeyCredentialCreationOptionsJSON` and `PublicKeyCredentialRequestOptionsJSON` (WebAuthn 3, 5.1). */
export const webauthnOptions = z.object({ options: z.looseObject({ challenge: z.string() }) });

const credential = {
  id: base64url.min(1),
  rawId: base64url.min(1),
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(40).nullish(),
  /** What browsers add goes unread. */
  clientExtensionResults: z.looseObject({}),
};
/** `RegistrationResponseJSON`. */
const registration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(40)).max(10).optional(),
  }),
});
/** `AuthenticationResponseJSON`. */
const assertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});
export type RegistrationJson = z.infer<typeof registration>;
export type AssertionJson = z.infer<typeof assertion>;

export const addPasskeyBody = z.strictObject({ name: passkeyName, credential: registration });
export const renamePasskeyBody = z.strictObject({ name: passkeyName });
/** `challenge`: of a second step (TOTP_REQUIRED) that a passkey is to take. */
export const passkeyLoginOptionsBody = z.strictObject({ challenge: challenge.optional() });
export const passkeyLoginBody = z.strictObject({
  credential: assertion,
  challenge: challenge.optional(),
  remember: z.boolean().optional(),
});
