import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Letters and digits only: a double click marks a whole key. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const MARK = 'crl_';
const ID_LENGTH = 8;
/** 256 bits. */
const SECRET_LENGTH = 43;
/** 62^6 is more than 2^32. */
const CHECK_LENGTH = 6;

const shape = new RegExp(`^${MARK}[0-9A-Za-z]{${ID_LENGTH + SECRET_LENGTH + CHECK_LENGTH}}$`);

const randomText = (length: number): string => Array.from({ length }, () => alphabet[randomInt(62)]).join('');

function checkOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let n = 0; n < CHECK_LENGTH; n += 1) {
    digits = `${alphabet[rest % 62]}${digits}`;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** `crl_`, 8 characters that name the key, 43 that are its secret, 6 of CRC-32. */
export function makeKey(): string {
  const start = MARK + randomText(ID_LENGTH + SECRET_LENGTH);
  return start + checkOf(start);
}

/** Whether a text can be a key at all: mistyped, cut off and made-up ones are refused without asking the database. */
export const isKeyShaped = (text: string): boolean =>
  shape.test(text) && text.slice(-CHECK_LENGTH) === checkOf(text.slice(0, -CHECK_LENGTH));

/** What may be shown of a key: the part that names it. */
export const prefixOf = (key: string): string => key.slice(0, MARK.length + ID_LENGTH);

/** What is stored of a key: SHA-256, hex. Its secret is random, so that nothing slower is needed. */
export const hashKey = (key: string): string => hash('sha256', key);
