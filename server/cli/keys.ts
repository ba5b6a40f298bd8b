import type { Config } from '../config.ts';
import { ensureKeyFile, jwtKeyPath, readKeyFiles, rotateKeyFile } from '../config/jwt-key-files.ts';
import { jwtAlgorithms, type JwtAlgorithm } from '../config/jwt-key.ts';
import { keyId, OVERLAP_MARGIN_MS } from '../features/auth/signing-keys.ts';
import { seconds, systemClock, toIso } from '../lib/clock.ts';

const EXIT_USAGE = 64;
const usage = `keys takes one of: list, rotate, generate [${jwtAlgorithms.join('|')}].\n`;

/** `keys list`, `keys rotate`, `keys generate [algorithm]`: the keys that access tokens are signed with. */
export function keysCommand(config: Config, [word, name, ...more]: string[]): number {
  const algorithm = name === undefined ? config.secrets.jwtAlgorithm : algorithmNamed(name);
  if (more.length || algorithm === undefined || (name !== undefined && word !== 'generate')) return complain(usage);
  if (word === 'list') return list(config);
  if (word === 'rotate') return rotate(config);
  return word === 'generate' ? generate(config, algorithm) : complain(usage);
}

const algorithmNamed = (name: string): JwtAlgorithm | undefined =>
  jwtAlgorithms.find((known) => known.toLowerCase() === name.toLowerCase());

/** From this time on what a key of that retirement has signed is void. */
const verifiesUntil = ({ auth }: Config, retiredAt: number): number =>
  retiredAt + seconds(auth.accessTokenSeconds) + OVERLAP_MARGIN_MS;

function list(config: Config): number {
  const { jwtAlgorithm, jwtPrivateKey, jwtKeyFile } = config.secrets;
  if (jwtKeyFile === undefined) return say(`${keyId(jwtPrivateKey)}  ${jwtAlgorithm}  signs (JWT_PRIVATE_KEY)\n`);
  for (const { pem, retiredAt } of readKeyFiles(jwtKeyFile, jwtAlgorithm)) {
    const until = retiredAt === null ? null : verifiesUntil(config, retiredAt);
    const state =
      until === null
        ? 'signs'
        : until > systemClock()
          ? `verifies until ${toIso(until)}`
          : `over since ${toIso(until)}`;
    say(`${keyId(pem)}  ${jwtAlgorithm}  ${state}\n`);
  }
  return 0;
}

function rotate(config: Config): number {
  const { jwtAlgorithm, jwtKeyFile } = config.secrets;
  if (jwtKeyFile === undefined) {
    process.stderr.write('The key comes from JWT_PRIVATE_KEY. Give another one there, and restart.\n');
    return 1;
  }
  const now = systemClock();
  const overlap = verifiesUntil(config, 0);
  rotateKeyFile(jwtKeyFile, jwtAlgorithm, { now, forgetBefore: now - overlap });
  const [current] = readKeyFiles(jwtKeyFile, jwtAlgorithm);
  say(`${current ? keyId(current.pem) : ''} signs now. A running server notices within seconds.\n`);
  return say(`The key before it verifies until ${toIso(now + overlap)}.\n`);
}

function generate(config: Config, algorithm: JwtAlgorithm): number {
  const path = jwtKeyPath(config.dataDir, algorithm);
  const pem = ensureKeyFile(path, algorithm);
  say(`${keyId(pem)}  ${algorithm}  ${path}\n`);
  if (algorithm === config.secrets.jwtAlgorithm) return 0;
  return say(`It signs once JWT_ALGORITHM=${algorithm} is set and the server is started again.\n`);
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function complain(text: string): number {
  process.stderr.write(text);
  return EXIT_USAGE;
}
