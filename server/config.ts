export { ConfigError } from './config/config-error.ts';
export { loadConfig, packageVersion } from './config/load.ts';

/** What the environment said, checked and typed. Sizes are bytes, times milliseconds unless the name says otherwise. */
export type Config = {
  version: string;
  env: 'development' | 'test' | 'production';
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  /** Where people reach this instance. */
  publicUrl: URL;
  /** Host names (lower case, no port) that requests may be addressed to, beside localhost and IP literals. */
  allowedHosts: readonly string[];
  /** Origins of our own page (PUBLIC_URL, FRONTEND_URL, BACKEND_URL). */
  ownOrigins: readonly string[];
  /** Exact origins of other sites whose pages may call. */
  corsOrigins: readonly string[];
  /** Addresses, networks, or loopback, linklocal, uniquelocal: whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[];
  /** `migrateUrl` reaches the same database with the right to change the schema. */
  database: { url: string; migrateUrl: string; poolSize: number; slowQueryMs: number };
  secrets: {
    /** 32 bytes: HMACs and encryption at rest. */
    secretKey: Buffer;
    /** What access tokens are signed with (RFC 7518, RFC 8037). */
    jwtAlgorithm: 'ES256' | 'RS256' | 'EdDSA';
    /** PEM (PKCS #8) of the access tokens' signing key, of the kind that the algorithm needs. */
    jwtPrivateKey: string;
  };
  auth: {
    mode: 'auto' | 'bearer' | 'session';
    signup: 'open' | 'invite' | 'approval' | 'closed';
    accessTokenSeconds: number;
    /** A session ends after this long without a request, */
    idleMs: number;
    /** and in any case after this long. */
    absoluteMs: number;
    sameSite: 'lax' | 'strict' | 'none';
    secure: 'auto' | boolean;
    passwordMinLength: number;
    passwordPolicy: 'length' | 'composition';
    /** Which access tokens are bound to the User-Agent and Accept-Language that they were made for. */
    fingerprint: 'browsers' | 'all' | 'off';
  };
  /** Tries to sign in, sign up or set up, a minute and network. */
  rateLimit: { enabled: boolean; auth: number };
  /** Number.MAX_SAFE_INTEGER where there is no limit. */
  limits: { bodyBytes: number; uploadBytes: number; pdfBytes: number };
  providers: {
    /** Silence of a model server that is borne. */
    timeoutMs: number;
    /** `host:port` of private addresses that may be reached: OUTBOUND_ALLOW and the providers' own addresses. */
    outboundAllow: readonly string[];
    /** Addresses come without a slash at the end. */
    ollamaUrl: string | undefined;
    lmstudioUrl: string | undefined;
    openai: { apiKey: string | undefined; baseUrl: string | undefined };
    anthropic: { apiKey: string | undefined; baseUrl: string | undefined };
    defaultProvider: string | undefined;
    defaultModel: string | undefined;
    /** Look for model servers on this machine. */
    detect: boolean;
  };
  http: { csrf: boolean; securityHeaders: boolean; slowRequestMs: number };
  /** `areas`: levels of single areas. `json`: one JSON object a line, else lines for people. */
  log: { level: string; areas: Readonly<Record<string, string>>; json: boolean };
};
