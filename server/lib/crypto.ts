import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export type Sealer = {
  /** Encrypts text for one purpose and owner: `context` is authenticated with it. `s1.<key id>.<base64url>`. */
  seal(text: string, context: string): string;
  /** Throws when the text was changed, was sealed under another key, or for another context. */
  open(sealed: string, context: string): string;
};

/**
 * Encryption at rest: AES-256-GCM (NIST SP 800-38D) with random 96-bit IVs, under a key derived from the instance's
 * secret by HKDF-SHA-256 (RFC 5869), so that no other use of the secret shares it. The key id says which key is needed.
 */
export function createSealer(secretKey: Buffer): Sealer {
  const derive = (info: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secretKey, Buffer.alloc(0), `carrel ${info}`, length));
  const key = derive('seal', 32);
  const keyId = derive('seal key id', 4).toString('hex');

  return {
    seal(text, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `s1.${keyId}.${body.toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, id, text = ''] = sealed.split('.');
      if (version !== 's1') throw new Error('This is not a sealed text.');
      if (id !== keyId) throw new Error('This was sealed under another SECRET_KEY.');
      const body = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(body.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}
