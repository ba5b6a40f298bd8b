import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';
import { readJwtKey, type JwtAlgorithm } from './jwt-key.ts';
import { ensureKeyFile, jwtKeyPath } from './jwt-key-files.ts';
import { secretFile } from './secret-files.ts';
import { key32 } from './values.ts';

/** Makes DATA_DIR (mode 0700) when it is not there. One clear line when it can't be used. */
export function prepareDataDir(dataDir: string): void {
  guarded(dataDir, () => {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  });
}

/** The instance's own 32 bytes, made on first start. */
export function ownSecretKey(dataDir: string): Buffer {
  const path = join(dataDir, 'keys', 'secret.key');
  const content = guarded(dataDir, () => secretFile(path, () => `${randomBytes(32).toString('base64')}\n`));
  const key = key32.schema.safeParse(content);
  if (!key.success) throw damaged('SECRET_KEY', path);
  return key.data;
}

/** The instance's own signing key (PEM), made on first start; one file for each algorithm, so that a change can be taken back. */
export function ownJwtKey(dataDir: string, algorithm: JwtAlgorithm): string {
  const path = jwtKeyPath(dataDir, algorithm);
  const content = guarded(dataDir, () => ensureKeyFile(path, algorithm));
  const key = readJwtKey(content, algorithm);
  if (key === undefined) throw damaged('JWT_PRIVATE_KEY', path);
  return key;
}

const damaged = (variable: string, path: string): ConfigError =>
  ConfigError.because(
    variable,
    `${path} is damaged. Restore it from a backup; without it, what was encrypted or signed with it is lost.`,
  );

function guarded<T>(dataDir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw ConfigError.because('DATA_DIR', `the disk of ${dataDir} is full. Free some space and start again.`);
    if (code === 'ENOTDIR' || code === 'EEXIST')
      throw ConfigError.of('DATA_DIR', 'is not a folder', '/var/lib/carrel', dataDir);
    throw ConfigError.of('DATA_DIR', `cannot be written to (${code})`, '/var/lib/carrel', dataDir);
  }
}
