import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, type Config } from '../config.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carrel-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const load = (env: Record<string, string | undefined> = {}, terminal = false): Config =>
  loadConfig({ env, cwd, terminal });

function refusal(env: Record<string, string | undefined>): string {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'it was taken';
}

describe('with nothing set', () => {
  it('has a value for everything', () => {
    const config = load();
    expect(config).toMatchObject({
      env: 'production',
      host: '127.0.0.1',
      port: 8080,
      dataDir: join(cwd, 'data'),
      allowedHosts: ['localhost'],
      ownOrigins: ['http://localhost:8080'],
      database: { url: `sqlite:${join(cwd, 'data', 'carrel.db')}`, poolSize: 10, slowQueryMs: 200 },
      auth: {
        mode: 'auto',
        signup: 'invite',
        accessTokenSeconds: 900,
        idleMs: 3_600_000,
        absoluteMs: 2_592_000_000,
        secure: 'auto',
        passwordMinLength: 15,
      },
      rateLimit: { enabled: true, auth: 5 },
      limits: { bodyBytes: 1_048_576, uploadBytes: 104_857_600, pdfBytes: 52_428_800 },
      providers: { timeoutMs: 60_000, outboundAllow: [], ollamaUrl: undefined, detect: true },
      http: { csrf: true, securityHeaders: true, slowRequestMs: 1_000 },
    });
    expect(config.publicUrl.href).toBe('http://localhost:8080/');
  });

  it('makes its secrets once, for its own eyes', () => {
    const first = load();
    const second = load();
    expect(first.secrets.secretKey).toHaveLength(32);
    expect(second.secrets).toEqual(first.secrets);
    expect(createPrivateKey(first.secrets.jwtPrivateKey).asymmetricKeyDetails).toMatchObject({
      namedCurve: 'prime256v1',
    });
    const keys = join(first.dataDir, 'keys');
    expect(readdirSync(keys).toSorted()).toEqual(['jwt-es256.pem', 'secret.key']);
    expect(statSync(first.dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(keys).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
  });

  it('closes a key file that was opened to others', () => {
    const path = join(load().dataDir, 'keys', 'secret.key');
    chmodSync(path, 0o644);
    load();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('gives processes that start at once the same secrets', async () => {
    const script = `
      import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, '..', 'config.ts'))};
      const { secrets } = loadConfig({ env: {}, cwd: process.argv[1] });
      process.stdout.write(secrets.secretKey.toString('hex') + secrets.jwtPrivateKey);`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, cwd]);
    const outputs = await Promise.all([run(), run(), run(), run()]);
    expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(outputs[0]?.stdout).toContain('PRIVATE KEY');
  });

  it('says so when a key file is damaged, and leaves it', () => {
    const path = join(load().dataDir, 'keys', 'secret.key');
    writeFileSync(path, 'short');
    expect(refusal({})).toMatch(/^SECRET_KEY: .*secret\.key is damaged\. Restore it from a backup/);
    expect(readFileSync(path, 'utf8')).toBe('short');
  });
});

describe('a wrong value stops the start with one line', () => {
  it.each([
    [{ PORT: '80a' }, 'PORT: "80a" is not a port number. Example: PORT=8080'],
    [{ PORT: '65536' }, 'PORT: "65536" is not a port number. Example: PORT=8080'],
    [
      { NODE_ENV: 'staging' },
      'NODE_ENV: "staging" is none of production, development, test. Example: NODE_ENV=production',
    ],
    [{ PUBLIC_URL: 'chat.example.org' }, 'PUBLIC_URL: "chat.example.org" is not an address'],
    [
      { PUBLIC_URL: 'https://example.org/chat' },
      'PUBLIC_URL: "https://example.org/chat" is not an address of the form https://host',
    ],
    [{ CORS_ORIGINS: 'https://a.org,*' }, 'CORS_ORIGINS: "https://a.org,*" is not a list of exact origins'],
    [{ ALLOWED_HOSTS: 'https://a.org' }, 'ALLOWED_HOSTS: "https://a.org" is not a list of host names'],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES: "10.0.0.0/33" is not a list of addresses or networks'],
    [{ OUTBOUND_ALLOW: '10.0.0.1' }, 'OUTBOUND_ALLOW: "10.0.0.1" is not a list of host:port'],
    [{ JWT_EXPIRES_IN: '15 parsecs' }, 'JWT_EXPIRES_IN: "15 parsecs" is not a duration'],
    [{ JWT_EXPIRES_IN: '2d' }, 'JWT_EXPIRES_IN: "2d" is not a duration from 1 s to 1 d. Example: JWT_EXPIRES_IN=15m'],
    [{ MAX_UPLOAD_MB: '-1' }, 'MAX_UPLOAD_MB: "-1" is not a number of megabytes (0 for no limit)'],
    [{ SESSION_COOKIE_SECURE: 'maybe' }, 'SESSION_COOKIE_SECURE: "maybe" is none of auto, true, false'],
    [
      { CSRF_PROTECTION_ENABLED: 'ja' },
      'CSRF_PROTECTION_ENABLED: "ja" is neither true nor false. Example: CSRF_PROTECTION_ENABLED=true',
    ],
    [{ PASSWORD_MIN_LENGTH: '4' }, 'PASSWORD_MIN_LENGTH: "4" is not a whole number from 8 to 128'],
    [{ SMTP_PORT: 'mail' }, 'SMTP_PORT: "mail" is not a port number. Example: SMTP_PORT=587'],
    [{ DEFAULT_USER_ROLE: 'admin' }, 'DEFAULT_USER_ROLE: "admin" is none of user, pending'],
    [{ LOG_LEVEL: 'info,chat=loud' }, 'LOG_LEVEL: "info,chat=loud" is not a level'],
    [{ OLLAMA_URL: 'ftp://here' }, 'OLLAMA_URL: "ftp://here" is not a http:// or https:// address'],
    [{ RATE_LIMIT_PER_MINUTE: 'many' }, 'RATE_LIMIT_PER_MINUTE: "many" is not a whole number from 1'],
    [{ RATE_LIMIT_CHAT: '-1' }, 'RATE_LIMIT_CHAT: "-1" is not a whole number from 1'],
    [{ API_KEY_EXPIRY_DAYS: 'never' }, 'API_KEY_EXPIRY_DAYS: "never" is not a whole number from 0'],
    [{ ORIGIN_LOCK_HEADER: 'Cookie' }, 'ORIGIN_LOCK_HEADER: "Cookie" is not the name of a header of its own'],
    [{ WEBUI_AUTH: 'false', HOST: '0.0.0.0' }, 'WEBUI_AUTH: false lets in whoever reaches this server'],
    [{ ADMIN_EMAIL: 'a@example.org' }, 'ADMIN_PASSWORD: is missing, and ADMIN_EMAIL is set'],
    [{ RATE_LIMIT_AUTH: '0' }, 'RATE_LIMIT_AUTH: "0" is not a whole number from 1'],
    [{ JWT_PRIVATE_KEY_FILE: 'none.pem' }, 'JWT_PRIVATE_KEY_FILE: '],
  ])('%j', (env, line) => {
    const message = refusal(env);
    expect(message).toContain(line);
    expect(message).not.toContain('\n');
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });

  it.each([
    { SECRET_KEY: 'hunter2hunter2' },
    { DATABASE_URL: 'oracle://scott:hunter2@db/x' },
    { JWT_PRIVATE_KEY: 'hunter2' },
    { ORIGIN_LOCK_SECRET: 'hunter2 with spaces' },
  ])('does not repeat what may be secret: %j', (env) => {
    const message = refusal(env);
    expect(message).toMatch(/^(SECRET_KEY|DATABASE_URL|JWT_PRIVATE_KEY|ORIGIN_LOCK_SECRET): /);
    expect(message).not.toContain('hunter2');
  });

  it('names a folder that cannot be used', () => {
    writeFileSync(join(cwd, 'file'), '');
    expect(refusal({ DATA_DIR: 'file' })).toMatch(/^DATA_DIR: ".*file" is not a folder\. Example: DATA_DIR=/);
    expect(refusal({ DATA_DIR: 'x'.repeat(300) })).toMatch(
      /^DATA_DIR: ".*…" cannot be written to \(ENAMETOOLONG\)\. Example: DATA_DIR=/,
    );
  });

  it('refuses two databases that cannot be the same', () => {
    expect(refusal({ DATABASE_URL: 'postgres://u@h/d', DATABASE_MIGRATE_URL: 'mysql://u@h/d' })).toMatch(
      /^DATABASE_MIGRATE_URL: .*same/,
    );
  });
});

describe('sources', () => {
  it('reads .env, and lets the environment win; empty counts as unset', () => {
    writeFileSync(join(cwd, '.env'), 'PORT=9000\nHOST="0.0.0.0" # everywhere\nLOG_LEVEL=debug\n');
    expect(load({ PORT: '9001', LOG_LEVEL: '' })).toMatchObject({
      port: 9001,
      host: '0.0.0.0',
      log: { level: 'debug' },
    });
  });

  it('reads secrets from files, the nearer source first', () => {
    writeFileSync(join(cwd, 'key'), 'sk-from-file\n');
    expect(load({ OPENAI_API_KEY_FILE: 'key' }).providers.openai.apiKey).toBe('sk-from-file');
    writeFileSync(join(cwd, '.env'), 'OPENAI_API_KEY=sk-from-dotenv');
    expect(load({ OPENAI_API_KEY_FILE: join(cwd, 'key') }).providers.openai.apiKey).toBe('sk-from-file');
    expect(refusal({ OPENAI_API_KEY: 'a', OPENAI_API_KEY_FILE: 'key' })).toContain(
      'both OPENAI_API_KEY and OPENAI_API_KEY_FILE are set',
    );
  });

  it('keeps vectors where it is told, in a Chroma where its address is given, and says what is missing', () => {
    const chroma = { store: 'chroma', url: 'http://chroma:8000' };
    const postgres = { DATABASE_URL: 'postgres://localhost/carrel' };
    expect(load({}).vectors).toEqual({ store: 'auto' });
    expect(load({ CHROMA_URL: 'http://chroma:8000/' }).vectors).toEqual(chroma);
    expect(load({ CHROMA_URL: 'http://chroma:8000', VECTOR_STORE: 'Chroma' }).vectors).toEqual(chroma);
    expect(load({ CHROMA_URL: 'http://chroma:8000', VECTOR_STORE: 'embedded' }).vectors).toEqual({ store: 'embedded' });
    expect(load({ ...postgres, VECTOR_STORE: 'pgvector' }).vectors).toEqual({ store: 'pgvector' });
    expect(refusal({ VECTOR_STORE: 'pgvector' })).toContain('only where DATABASE_URL is a PostgreSQL');
    expect(refusal({ VECTOR_STORE: 'chroma' })).toContain('CHROMA_URL: is needed where VECTOR_STORE is chroma');
    expect(refusal({ VECTOR_STORE: 'pinecone' })).toContain('is none of auto, embedded, pgvector, chroma');
    expect(refusal({ CHROMA_URL: 'chroma:8000' })).toContain('is not a http:// or https:// address');
  });

  it('takes variables of later features as they come', () => {
    expect(load({ S3_BUCKET: '??', CHROMA_TENANT: '?' }).port).toBe(8080);
  });
});

describe('values', () => {
  it('knows 32 bytes in hex, base64 and its URL-safe form', () => {
    const key = Buffer.alloc(32, 251);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(load({ SECRET_KEY: key.toString(encoding) }).secrets.secretKey).toEqual(key);
    }
  });

  it.each([
    ['ES256', 'ec'],
    ['EdDSA', 'ed25519'],
    ['RS256', 'rsa'],
  ] as const)('takes a key for %s and refuses one for another algorithm', (algorithm, type) => {
    const { privateKey } =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : type === 'ec'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('ed25519');
    writeFileSync(join(cwd, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { secrets } = load({ JWT_ALGORITHM: algorithm.toLowerCase(), JWT_PRIVATE_KEY_FILE: 'key.pem' });
    expect(secrets.jwtAlgorithm).toBe(algorithm);
    expect(createPrivateKey(secrets.jwtPrivateKey).asymmetricKeyType).toBe(type);
    const other = algorithm === 'ES256' ? 'EdDSA' : 'ES256';
    expect(refusal({ JWT_ALGORITHM: other, JWT_PRIVATE_KEY_FILE: 'key.pem' })).toContain(`which ${other} needs`);
  });

  it('counts sizes in bytes, times in milliseconds, and 0 as no limit', () => {
    expect(
      load({ MAX_UPLOAD_MB: '0.5', MAX_PDF_MB: '0', JWT_EXPIRES_IN: '8h', SESSION_TIMEOUT_MINUTES: '5' }),
    ).toMatchObject({
      limits: { uploadBytes: 524_288, pdfBytes: Number.MAX_SAFE_INTEGER },
      auth: { accessTokenSeconds: 28_800, idleMs: 300_000 },
    });
    const { absoluteMs } = load({ SESSION_ABSOLUTE_DAYS: '0' }).auth;
    expect(Number.isNaN(new Date(Date.now() + absoluteMs).getTime())).toBe(false);
  });

  it.each([
    [{}, 'invite'],
    [{ ENABLE_SIGNUP: 'true' }, 'open'],
    [{ ENABLE_SIGNUP: 'false', DEFAULT_USER_ROLE: 'pending' }, 'closed'],
    [{ ENABLE_SIGNUP: 'true', DEFAULT_USER_ROLE: 'pending' }, 'approval'],
    [{ DEFAULT_USER_ROLE: 'pending' }, 'approval'],
    [{ SIGNUP_MODE: 'open', ENABLE_SIGNUP: 'false' }, 'open'],
  ])('sign-up by %j is %s', (env, mode) => {
    expect(load(env).auth.signup).toBe(mode);
  });

  it('knows its own sites, hosts and origins', () => {
    const config = load({
      PUBLIC_URL: 'https://Chat.Example.org/',
      FRONTEND_URL: 'https://me.github.io/carrel',
      ALLOWED_HOSTS: 'carrel.LAN, nas',
      CORS_ORIGINS: 'https://other.org/',
    });
    expect(config.allowedHosts).toEqual(['chat.example.org', 'me.github.io', 'carrel.lan', 'nas']);
    expect(config.ownOrigins).toEqual(['https://chat.example.org', 'https://me.github.io']);
    expect(config.corsOrigins).toEqual(['https://other.org']);
    expect(load({ BACKEND_URL: 'https://api.example.org' }).publicUrl.href).toBe('https://api.example.org/');
  });

  it('lets requests reach the providers that are named', () => {
    const { providers } = load({
      OLLAMA_URL: 'http://10.0.0.5:11434/',
      OPENAI_BASE_URL: 'https://llm.lan/v1/',
      OUTBOUND_ALLOW: '[fd00::1]:80, NAS:8000',
    });
    expect(providers.outboundAllow).toEqual(['[fd00::1]:80', 'nas:8000', '10.0.0.5:11434', 'llm.lan:443']);
    expect(providers.ollamaUrl).toBe('http://10.0.0.5:11434');
    expect(providers.openai.baseUrl).toBe('https://llm.lan/v1');
  });

  it('makes paths of SQLite absolute', () => {
    expect(load({ DATABASE_URL: 'sqlite:x/y.db' }).database.url).toBe(`sqlite:${join(cwd, 'x/y.db')}`);
    expect(load({ DATABASE_URL: 'sqlite:///srv/y.db' }).database.url).toBe('sqlite:/srv/y.db');
    expect(load({ DATABASE_URL: 'sqlite::memory:' }).database.url).toBe('sqlite::memory:');
  });

  it('logs JSON unless a person looks, and then only what matters', () => {
    expect(load().log).toEqual({ level: 'info', areas: {}, json: true });
    expect(load({}, true).log).toEqual({ level: 'warn', areas: {}, json: false });
    expect(load({ NODE_ENV: 'development' }, true).log.level).toBe('info');
    expect(load({ STRUCTURED_LOGGING: 'true' }, true).log).toEqual({ level: 'info', areas: {}, json: true });
    expect(load({ LOG_LEVEL: 'WARNING,Chat=DEBUG' }, true).log).toEqual({
      level: 'warn',
      areas: { chat: 'debug' },
      json: false,
    });
  });
});
