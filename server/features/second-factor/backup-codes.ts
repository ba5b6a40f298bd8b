import { randomBytes, randomInt } from 'node:crypto';
import { hash } from '@node-rs/argon2';

export const BACKUP_CODES = 10;
const SYMBOLS = 10;

/** No letters or digits that are taken for one another. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Argon2id as for passwords. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Without the dash, in upper case. */
const plain = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** Ten symbols of 31 (49 bits), in two groups. */
const newCode = (): string => {
  const symbols = Array.from({ length: SYMBOLS }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${symbols.slice(0, 5)}-${symbols.slice(5)}`;
};

export const newBackupCodes = (): string[] => Array.from({ length: BACKUP_CODES }, newCode);

/** Argon2id hashes (PHC strings) of a set of codes. A set shares one salt, so that looking for a code costs one hash and not ten. */
export async function hashBackupCodes(codes: readonly string[]): Promise<string[]> {
  const salt = randomBytes(16);
  return Promise.all(codes.map((code) => hash(plain(code), { ...cost, salt })));
}

/** Which of a set's hashes is this code's; undefined for none. */
export async function findBackupCode(hashes: readonly string[], code: string): Promise<string | undefined> {
  const salt = hashes[0]?.split('$')[4];
  if (salt === undefined || plain(code).length !== SYMBOLS) return undefined;
  const wanted = await hash(plain(code), { ...cost, salt: Buffer.from(salt, 'base64') });
  return hashes.find((each) => each === wanted);
}
