import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { generateJwtKey, readJwtKey, type JwtAlgorithm } from './jwt-key.ts';
import { secretFile, writeSecret } from './secret-files.ts';

/** A signing key on the disk. `retiredAt` (ms since the epoch): since then it only verifies; null for the one that signs. */
export type KeyFile = { path: string; pem: string; retiredAt: number | null };

/** Where the key that signs lies; retired ones lie beside it, as `jwt-es256.retired-<ms>.pem`. */
export const jwtKeyPath = (dataDir: string, algorithm: JwtAlgorithm): string =>
  join(dataDir, 'keys', `jwt-${algorithm.toLowerCase()}.pem`);

/** The key that signs, then the retired ones, newest first. Throws, with its name, where the first is no key of this algorithm; others that are none are left out. */
export function readKeyFiles(path: string, algorithm: JwtAlgorithm): KeyFile[] {
  const read = (file: string, retiredAt: number | null): KeyFile[] => {
    const pem = readJwtKey(readFileSync(file, 'utf8'), algorithm);
    return pem === undefined ? [] : [{ path: file, pem, retiredAt }];
  };
  const current = read(path, null);
  if (!current.length) throw new Error(`${path} holds no ${algorithm} key`);
  return [...current, ...retired(path).flatMap(({ file, at }) => read(file, at))];
}

/** Makes the key that signs unless there is one. */
export function ensureKeyFile(path: string, algorithm: JwtAlgorithm): string {
  return secretFile(path, () => generateJwtKey(algorithm));
}

/**
 * A new key signs from now on, the one before only verifies. Whatever moment this is killed at, there is a key that signs, and no key is
 * lost that has signed. Retired keys whose time was over before `forgetBefore` are removed.
 */
export function rotateKeyFile(
  path: string,
  algorithm: JwtAlgorithm,
  times: { now: number; forgetBefore: number },
): void {
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    // Under another name first: nobody is to read half a key.
    writeSecret(temporary, readFileSync(path, 'utf8'));
    renameSync(temporary, retiredPath(path, times.now));
    writeSecret(temporary, generateJwtKey(algorithm));
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  for (const { file, at } of retired(path)) if (at < times.forgetBefore) rmSync(file, { force: true });
}

const stem = (path: string): string => basename(path, '.pem');
const retiredPath = (path: string, at: number): string => join(dirname(path), `${stem(path)}.retired-${at}.pem`);

function retired(path: string): { file: string; at: number }[] {
  const name = new RegExp(`^${stem(path)}\\.retired-(\\d{1,16})\\.pem$`);
  return readdirSync(dirname(path))
    .flatMap((entry) => {
      const at = name.exec(entry)?.[1];
      return at === undefined ? [] : [{ file: join(dirname(path), entry), at: Number(at) }];
    })
    .sort((a, b) => b.at - a.at);
}
