import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { root } from '../lib/root.ts';
import { ConfigError } from './config-error.ts';
import { ownJwtKey, ownSecretKey, prepareDataDir } from './data-dir.ts';
import { databaseUrl } from './database-url.ts';
import { directories } from './directories.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { jwtKeyPath } from './jwt-key-files.ts';
import { jwtAlgorithms, readJwtKey } from './jwt-key.ts';
import { mcpServers } from './mcp.ts';
import { oauthProviders } from './oauth.ts';
import { redisUrl } from './redis-url.ts';
import * as v from './values.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export type LoadOptions = {
  env: Readonly<Record<string, string | undefined>>;
  /** Where `.env` is looked for and what relative paths start from. */
  cwd: string;
  /** Whether a person looks at the output. */
  terminal?: boolean;
};

/**
 * The configuration that the environment (first) and `.env` ask for, with defaults for all the rest. Makes DATA_DIR and
 * the instance's secrets on first start. Throws ConfigError, whose message is one line that names the variable.
 */
export function loadConfig({ env, cwd, terminal = false }: LoadOptions): Config {
  const from = readEnvironment(env, cwd);
  const mode = from.get('NODE_ENV', environments) ?? from.get('ENV', environments) ?? 'production';
  const port = from.get('PORT', v.port(8080)) ?? 8080;
  const dataDir = resolve(cwd, from.get('DATA_DIR', v.text('/var/lib/carrel')) ?? 'data');
  const trustedProxies = from.get('TRUSTED_PROXIES', v.networkList('127.0.0.1,10.0.0.0/8')) ?? [];
  const signIn = auth(from);
  const stored = database(from, cwd, dataDir);
  const config = {
    version: packageVersion(),
    env: mode,
    host: from.get('HOST', v.text('127.0.0.1')) ?? '127.0.0.1',
    port,
    dataDir,
    ...sites(from, port),
    trustedProxies,
    ...directories(from, trustedProxies, signIn.mode),
    database: stored,
    redis: redis(from),
    auth: signIn,
    signInProviders: oauthProviders(from),
    settings: {
      prefer: from.get('CONFIG_PREFER', v.choice(['environment', 'stored'], 'stored')) ?? 'environment',
      given: from.given,
    },
    mail: mail(from, port),
    rateLimit: rateLimit(from),
    quotas: {
      messagesPerDay: from.get('QUOTA_MESSAGES_PER_DAY', v.integer(0, 1_000_000_000, 200)) || null,
      tokensPerDay: from.get('QUOTA_TOKENS_PER_DAY', v.integer(0, 1_000_000_000_000, 500_000)) || null,
      storageBytes: from.get('STORAGE_QUOTA_MB', v.megabytesOrNone(1_000)) ?? null,
    },
    originLock: originLock(from),
    limits: {
      bodyBytes: from.get('MAX_BODY_MB', v.megabytes(1)) ?? 2 ** 20,
      uploadBytes: from.get('MAX_UPLOAD_MB', v.megabytes(100)) ?? 100 * 2 ** 20,
      pdfBytes: from.get('MAX_PDF_MB', v.megabytes(50)) ?? 50 * 2 ** 20,
    },
    providers: { ...providers(from), detect: from.get('DETECT_PROVIDERS', v.flag('false')) ?? mode !== 'test' },
    embeddingModel: from.get('EMBEDDING_MODEL', v.text('ollama/nomic-embed-text')),
    vectors: vectors(from, stored.url),
    wholeFilesTokens: from.get('WHOLE_FILES_TOKENS', v.integer(0, 200_000, 12_000)) ?? 12_000,
    rerank: {
      by: from.get('RERANK', v.choice(['off', 'reranker', 'chat'], 'reranker')) ?? 'off',
      model: from.get('RERANK_MODEL', v.text('jina/jina-reranker-v2')) ?? '',
      seconds: from.get('RERANK_TIMEOUT_SECONDS', v.integer(1, 30, 5)) ?? 5,
    },
    webSearch: webSearch(from),
    mcpServers: mcpServers(from, cwd),
    titles: from.get('CHAT_TITLES', v.choice(['model', 'words'], 'model')) ?? 'model',
    publicSharing: from.get('ENABLE_COMMUNITY_SHARING', v.flag('false')) ?? false,
    http: {
      csrf: from.get('CSRF_PROTECTION_ENABLED', v.flag('true')) ?? true,
      securityHeaders: from.get('SECURITY_HEADERS_ENABLED', v.flag('true')) ?? true,
      slowRequestMs: from.get('SLOW_REQUEST_MS', v.integer(1, 3_600_000, 1_000)) ?? 1_000,
    },
    log: log(from, mode, terminal),
  };
  checkSingleUser(config);
  // Last: nothing is written for a configuration that does not hold.
  return { ...config, secrets: secrets(from, dataDir) };
}

const environments = v.choice(['production', 'development', 'test'], 'production', {
  dev: 'development',
  prod: 'production',
  testing: 'test',
});

/** Of package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function sites(
  from: Environment,
  port: number,
): Pick<Config, 'publicUrl' | 'allowedHosts' | 'ownOrigins' | 'corsOrigins'> {
  const frontend = from.get('FRONTEND_URL', v.webUrl('https://chat.example.org'));
  const backend = from.get('BACKEND_URL', v.siteUrl('https://api.example.org'));
  const publicUrl =
    from.get('PUBLIC_URL', v.siteUrl('https://chat.example.org')) ??
    backend ??
    frontend ??
    new URL(`http://localhost:${port}`);
  const own = [publicUrl, frontend, backend].filter((url) => url !== undefined);
  const more = from.get('ALLOWED_HOSTS', v.hostList('chat.example.org,carrel.lan')) ?? [];
  return {
    publicUrl,
    allowedHosts: [...new Set([...own.map(({ hostname }) => hostname), ...more])],
    ownOrigins: [...new Set(own.map(({ origin }) => origin))],
    corsOrigins: [...new Set(from.get('CORS_ORIGINS', v.originList('https://app.example.org')) ?? [])],
  };
}

function database(from: Environment, cwd: string, dataDir: string): Config['database'] {
  const url = from.secret('DATABASE_URL', databaseUrl(cwd)) ?? `sqlite:${join(dataDir, 'carrel.db')}`;
  const migrateUrl = from.secret('DATABASE_MIGRATE_URL', databaseUrl(cwd)) ?? url;
  if (family(url) !== family(migrateUrl)) {
    throw ConfigError.because(
      'DATABASE_MIGRATE_URL',
      'names another kind of database than DATABASE_URL. Both must reach the same one.',
    );
  }
  return {
    url,
    migrateUrl,
    poolSize: from.get('DATABASE_POOL_SIZE', v.integer(1, 1_000, 10)) ?? 10,
    slowQueryMs: from.get('SLOW_QUERY_MS', v.integer(1, 3_600_000, 200)) ?? 200,
  };
}

function redis(from: Environment): Config['redis'] {
  const url = from.secret('REDIS_URL', redisUrl);
  return url === undefined ? null : { url };
}

const family = (url: string): string | undefined => /^(sqlite|postgres|my|maria)/.exec(url)?.[0].replace('maria', 'my');

function secrets(from: Environment, dataDir: string): Config['secrets'] {
  const secretKey = from.secret('SECRET_KEY', v.key32);
  const jwtAlgorithm = from.get('JWT_ALGORITHM', v.choice(jwtAlgorithms, 'ES256')) ?? 'ES256';
  const given = from.secret('JWT_PRIVATE_KEY', v.text('/run/secrets/jwt.pem'));
  const jwtPrivateKey = given === undefined ? undefined : readJwtKey(given, jwtAlgorithm);
  if (given !== undefined && jwtPrivateKey === undefined) {
    const shape = { ES256: 'a P-256', RS256: 'an RSA', EdDSA: 'an Ed25519' }[jwtAlgorithm];
    throw ConfigError.because(
      'JWT_PRIVATE_KEY',
      `what was given is not ${shape} private key in PEM, which ${jwtAlgorithm} needs. Example: JWT_PRIVATE_KEY_FILE=/run/secrets/jwt.pem`,
    );
  }
  prepareDataDir(dataDir);
  return {
    secretKey: secretKey ?? ownSecretKey(dataDir),
    jwtAlgorithm,
    ...(jwtPrivateKey === undefined
      ? { jwtPrivateKey: ownJwtKey(dataDir, jwtAlgorithm), jwtKeyFile: jwtKeyPath(dataDir, jwtAlgorithm) }
      : { jwtPrivateKey }),
  };
}

function auth(from: Environment): Config['auth'] {
  const mode = from.get('AUTH_MODE', v.choice(['auto', 'bearer', 'session'], 'auto')) ?? 'auto';
  const enabled = from.get('WEBUI_AUTH', v.flag('true')) ?? true;
  return {
    enabled,
    forced: from.get('WEBUI_AUTH_FORCE', v.flag('false')) ?? false,
    firstAdmin: firstAdmin(from),
    // Where nobody signs in there is one session and nothing to choose.
    mode: enabled ? mode : 'auto',
    signup: signup(from),
    accessTokenSeconds: Math.round((from.get('JWT_EXPIRES_IN', v.duration(1_000, DAY, '15m')) ?? 15 * MINUTE) / 1_000),
    refreshMs: from.get('REFRESH_EXPIRES_IN', v.duration(60_000, 366 * DAY, '30d')) ?? 30 * DAY,
    idleMs: (from.get('SESSION_TIMEOUT_MINUTES', v.integer(1, 525_600, 60)) ?? 60) * MINUTE,
    absoluteMs: from.get('SESSION_ABSOLUTE_DAYS', v.days(30)) ?? 30 * DAY,
    sameSite: from.get('SESSION_COOKIE_SAMESITE', v.choice(['lax', 'strict', 'none'], 'lax')) ?? 'lax',
    secure: from.get('SESSION_COOKIE_SECURE', v.autoFlag) ?? 'auto',
    passwordMinLength: from.get('PASSWORD_MIN_LENGTH', v.integer(8, 128, 15)) ?? 15,
    passwordPolicy: from.get('PASSWORD_POLICY', v.choice(['length', 'composition'], 'length')) ?? 'length',
    hibp: from.get('HIBP_ENABLED', v.flag('true')) ?? true,
    secondFactorRoles: from.get('SECOND_FACTOR_ROLES', v.choiceList(['admin', 'user'], 'admin')) ?? [],
    apiKeyDays: from.get('API_KEY_EXPIRY_DAYS', v.integer(0, 36_500, 90)) ?? 0,
    fingerprint: from.get('JWT_FINGERPRINT', v.choice(['browsers', 'all', 'off'], 'browsers')) ?? 'browsers',
  };
}

function firstAdmin(from: Environment): Config['auth']['firstAdmin'] {
  const email = from.get('ADMIN_EMAIL', v.email('admin@example.org'));
  const password = from.secret('ADMIN_PASSWORD', v.text('a long sentence of your own'));
  if (email !== undefined && password !== undefined) return { email, password };
  if (email === undefined && password === undefined) return null;
  throw email === undefined
    ? ConfigError.because('ADMIN_EMAIL', 'is missing, and ADMIN_PASSWORD is set. Set both, or none.')
    : ConfigError.because('ADMIN_PASSWORD', 'is missing, and ADMIN_EMAIL is set. Set both, or none.');
}

/** Without sign-in nobody but this machine may reach the server, unless that is asked for in so many words. */
function checkSingleUser({ auth, host, publicUrl, trustedProxies }: Omit<Config, 'secrets'>): void {
  if (auth.enabled || auth.forced) return;
  const reached =
    (!isLoopbackName(host) && `HOST is ${host}`) ||
    (!isLoopbackName(publicUrl.hostname) && `PUBLIC_URL is ${publicUrl.origin}`) ||
    (trustedProxies.length > 0 && 'TRUSTED_PROXIES is set');
  if (!reached) return;
  throw ConfigError.because(
    'WEBUI_AUTH',
    `false lets in whoever reaches this server, and ${reached}. Leave that out, or set WEBUI_AUTH_FORCE=true if another door is in front.`,
  );
}

const isLoopbackName = (name: string): boolean =>
  /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(name);

/** SIGNUP_MODE decides; without it, the two older switches do. */
function signup(from: Environment): Config['auth']['signup'] {
  const signupMode = from.get('SIGNUP_MODE', v.choice(['open', 'invite', 'approval', 'closed'], 'invite'));
  const enabled = from.get('ENABLE_SIGNUP', v.flag('true'));
  const role = from.get('DEFAULT_USER_ROLE', v.choice(['user', 'pending'], 'user'));
  if (signupMode) return signupMode;
  if (enabled === false) return 'closed';
  if (role === 'pending') return 'approval';
  return enabled ? 'open' : 'invite';
}

function mail(from: Environment, port: number): Config['mail'] {
  const host = from.get('SMTP_HOST', v.text('mail.example.org'));
  const smtpPort = from.get('SMTP_PORT', v.port(587)) ?? 587;
  const tls = from.get('SMTP_TLS', v.choice(['starttls', 'implicit', 'none'], 'starttls'));
  const user = from.get('SMTP_USER', v.text('carrel'));
  const password = from.secret('SMTP_PASSWORD', v.text('…'));
  const sender = from.get('SMTP_FROM', v.mailbox('Carrel <carrel@example.org>'));
  const verification = from.get('EMAIL_VERIFICATION', v.autoFlag) ?? 'auto';
  const { publicUrl } = sites(from, port);
  if (host !== undefined && sender === undefined)
    throw ConfigError.because(
      'SMTP_FROM',
      'is needed where SMTP_HOST is set: whom mails come from. Example: SMTP_FROM=carrel@example.org',
    );
  return {
    smtp:
      host === undefined
        ? null
        : { host, port: smtpPort, user, password, tls: tls ?? (smtpPort === 465 ? 'implicit' : 'starttls') },
    from: sender ?? 'Carrel <carrel@localhost>',
    verification: verification === 'auto' ? host !== undefined : verification,
    linkBase: from.get('FRONTEND_URL', v.webUrl('https://chat.example.org')) ?? publicUrl,
  };
}

function rateLimit(from: Environment): Config['rateLimit'] {
  const count = (example: number) => v.integer(1, 1_000_000, example);
  return {
    enabled: from.get('RATE_LIMIT_ENABLED', v.flag('true')) ?? true,
    perMinute: from.get('RATE_LIMIT_PER_MINUTE', count(100)) ?? 100,
    auth: from.get('RATE_LIMIT_AUTH', count(5)) ?? 5,
    chat: from.get('RATE_LIMIT_CHAT', count(20)) ?? 20,
  };
}

function originLock(from: Environment): Config['originLock'] {
  const secret = from.secret('ORIGIN_LOCK_SECRET', v.headerValue('"$(openssl rand -hex 32)"'));
  const header = from.get('ORIGIN_LOCK_HEADER', v.headerName('X-Origin-Lock')) ?? 'x-origin-lock';
  return secret === undefined ? null : { header, secret };
}

const withoutSlash = (url: URL | undefined): string | undefined => url?.href.replace(/\/+$/, '');

function providers(from: Environment): Omit<Config['providers'], 'detect'> {
  const key = v.text('sk-…');
  const ollama = from.get('OLLAMA_URL', v.webUrl('http://localhost:11434'));
  const lmstudio = from.get('LMSTUDIO_URL', v.webUrl('http://localhost:1234'));
  const openai = from.get('OPENAI_BASE_URL', v.webUrl('https://api.openai.com/v1'));
  const anthropic = from.get('ANTHROPIC_BASE_URL', v.webUrl('https://api.anthropic.com'));
  const whisper = from.get('WHISPER_URL', v.webUrl('http://localhost:8000/v1'));
  const named = [ollama, lmstudio, openai, anthropic, whisper].filter((url) => url !== undefined);
  return {
    timeoutMs: from.get('PROVIDER_TIMEOUT_MS', v.integer(100, 3_600_000, 60_000)) ?? 60_000,
    outboundAllow: [
      ...new Set([...(from.get('OUTBOUND_ALLOW', v.hostPortList('192.168.1.20:11434')) ?? []), ...named.map(hostPort)]),
    ],
    ollamaUrl: withoutSlash(ollama),
    lmstudioUrl: withoutSlash(lmstudio),
    whisperUrl: withoutSlash(whisper),
    openai: { apiKey: from.secret('OPENAI_API_KEY', key), baseUrl: withoutSlash(openai) },
    anthropic: { apiKey: from.secret('ANTHROPIC_API_KEY', key), baseUrl: withoutSlash(anthropic) },
    defaultProvider: from.get('DEFAULT_AI_PROVIDER', v.text('ollama')),
    defaultModel: from.get('DEFAULT_AI_MODEL', v.text('ollama/llama3.2')),
  };
}

function vectors(from: Environment, database: string): Config['vectors'] {
  const url = withoutSlash(from.get('CHROMA_URL', v.webUrl('http://localhost:8000')));
  const asked = from.get('VECTOR_STORE', v.choice(['auto', 'embedded', 'pgvector', 'chroma'], 'pgvector')) ?? 'auto';
  const store = asked === 'auto' && url ? 'chroma' : asked;
  if (store === 'pgvector' && !database.startsWith('postgres'))
    throw ConfigError.because('VECTOR_STORE', 'can be pgvector only where DATABASE_URL is a PostgreSQL.');
  if (store !== 'chroma') return { store };
  if (!url)
    throw ConfigError.because(
      'CHROMA_URL',
      'is needed where VECTOR_STORE is chroma: where it listens. Example: CHROMA_URL=http://localhost:8000',
    );
  return { store, url };
}

function webSearch(from: Environment): Config['webSearch'] {
  const searxngUrl = withoutSlash(from.get('SEARXNG_URL', v.webUrl('http://localhost:8888')));
  const braveApiKey = from.secret('BRAVE_API_KEY', v.text('BSA…'));
  const fitting = searxngUrl ? 'searxng' : braveApiKey ? 'brave' : 'duckduckgo';
  const provider =
    from.get('WEB_SEARCH_PROVIDER', v.choice(['searxng', 'brave', 'duckduckgo', 'none'], 'searxng')) ?? fitting;
  const missing = { searxng: !searxngUrl && 'SEARXNG_URL', brave: !braveApiKey && 'BRAVE_API_KEY' };
  const lacks = (provider === 'searxng' || provider === 'brave') && missing[provider];
  if (lacks) throw ConfigError.because(lacks, `is needed where WEB_SEARCH_PROVIDER is ${provider}.`);
  return { provider, searxngUrl, braveApiKey };
}

const hostPort = ({ protocol, hostname, port }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;

function log(from: Environment, mode: Config['env'], terminal: boolean): Config['log'] {
  const asked = from.get('LOG_LEVEL', v.logLevels);
  const structured = from.get('STRUCTURED_LOGGING', v.autoFlag) ?? 'auto';
  // In a terminal one wants the address and what goes wrong; a line a request is for those who ask for it.
  const quiet = terminal && mode === 'production' && structured !== true;
  return {
    level: asked?.level ?? (quiet ? 'warn' : 'info'),
    areas: asked?.areas ?? {},
    json: structured === 'auto' ? !terminal : structured,
  };
}
