export { ConfigError } from './config/config-error.ts';
import type { ConfiguredMcpServer } from './config/mcp.ts';
import type { EnvironmentProvider } from './config/oauth.ts';

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
  /** What several processes of the instance hear each other by; null where there is none. The URL may hold a password. */
  redis: { url: string } | null;
  secrets: {
    /** 32 bytes: HMACs and encryption at rest. */
    secretKey: Buffer;
    /** What access tokens are signed with (RFC 7518, RFC 8037). */
    jwtAlgorithm: 'ES256' | 'RS256' | 'EdDSA';
    /** PEM (PKCS #8) of the access tokens' signing key, of the kind that the algorithm needs. */
    jwtPrivateKey: string;
    /** Where that key lies when it is the instance's own, which can be rotated; absent when the environment gave it. */
    jwtKeyFile?: string;
  };
  auth: {
    /** False: whoever reaches this machine is the one user. `forced`: also whoever comes from elsewhere. */
    enabled: boolean;
    forced: boolean;
    /** Made at the first start. */
    firstAdmin: { email: string; password: string } | null;
    mode: 'auto' | 'bearer' | 'session';
    signup: 'open' | 'invite' | 'approval' | 'closed';
    accessTokenSeconds: number;
    /** A refresh token can be used for this long. */
    refreshMs: number;
    /** A session ends after this long without a request, */
    idleMs: number;
    /** and in any case after this long. */
    absoluteMs: number;
    sameSite: 'lax' | 'strict' | 'none';
    secure: 'auto' | boolean;
    passwordMinLength: number;
    passwordPolicy: 'length' | 'composition';
    /** New passwords are looked for among those known from breaches. */
    hibp: boolean;
    /** Whoever has one of these roles needs a second factor. */
    secondFactorRoles: readonly ('admin' | 'user')[];
    /** API keys live this many days at most, and without a wish of their own; 0 for no limit. */
    apiKeyDays: number;
    /** Which access tokens are bound to the User-Agent and Accept-Language that they were made for. */
    fingerprint: 'browsers' | 'all' | 'off';
  };
  /** Who the environment lets vouch for people. */
  signInProviders: readonly EnvironmentProvider[];
  /** Variables that have a value, and whether they go before what an admin stored at run time. */
  settings: { given: ReadonlySet<string>; prefer: 'environment' | 'stored' };
  /** A minute: calls in general and chat by person, keys or network, tries to sign in, sign up or set up by network. */
  rateLimit: { enabled: boolean; perMinute: number; auth: number; chat: number };
  mail: {
    /** Null where no mail server is named: then mails are printed to standard output. */
    smtp: {
      host: string;
      port: number;
      user: string | undefined;
      password: string | undefined;
      /** `implicit`: TLS from the first byte; `starttls`: never without it; `none`: in the clear. */
      tls: 'starttls' | 'implicit' | 'none';
    } | null;
    /** An address, or a name and an address in angle brackets. */
    from: string;
    /** Whether an address must be confirmed before one signs in with it. */
    verification: boolean;
    /** Where the page is, for links. */
    linkBase: URL;
  };
  /** What every request must carry but those for /health; null where the door is not locked. `header` is in lower case. */
  originLock: { header: string; secret: string } | null;
  /** A directory that passwords are tried with; null where there is none. */
  ldap: {
    /** `ldap://host` or `ldaps://host`, tried in order. */
    urls: readonly string[];
    /** Of `ldap://`: encrypted before anything is said, or never. */
    tls: 'starttls' | 'none';
    /** PEM of who signs the servers' certificates, beside those that are known. */
    ca: string | undefined;
    /** Who searches; null searches anonymously. */
    bind: { dn: string; password: string } | null;
    base: string;
    /** With `{{username}}`. */
    filter: string;
    attributes: { mail: string; name: string; username: string; id: string };
    /** With `{{dn}}` and `{{username}}`; null where groups are not looked for. */
    groups: { base: string; filter: string } | null;
    groupAttribute: string;
    /** Names of groups there, in lower case, and here; others go by their own name. */
    groupMap: ReadonlyMap<string, string>;
    adminGroups: readonly string[];
    timeoutMs: number;
    /** Whoever can sign in there gets an account, also where others need an invite. */
    signup: boolean;
  } | null;
  /** A proxy that has signed people in and says who they are, by headers (in lower case); null where there is none. */
  trustedHeader: {
    header: string;
    emailHeader: string | null;
    nameHeader: string | null;
    /** Names separated by commas. */
    groupsHeader: string | null;
    adminGroups: readonly string[];
    signOutUrl: string | null;
    signup: boolean;
  } | null;
  /** Groups whose members a directory may make admins by SCIM. */
  scim: { adminGroups: readonly string[] };
  /** What a person may use in a day, and keep, where neither they nor their groups have a quota; null is unlimited. */
  quotas: { messagesPerDay: number | null; tokensPerDay: number | null; storageBytes: number | null };
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
    /** Writes down speech: an OpenAI-compatible server, with `/v1`. */
    whisperUrl?: string | undefined;
    openai: { apiKey: string | undefined; baseUrl: string | undefined };
    anthropic: { apiKey: string | undefined; baseUrl: string | undefined };
    defaultProvider: string | undefined;
    defaultModel: string | undefined;
    /** Look for model servers on this machine. */
    detect: boolean;
  };
  /** `provider/model` that embeds the passages; undefined: an admin chooses, or nobody. */
  embeddingModel: string | undefined;
  /** Where the passages' vectors are; a Chroma's address is without a slash at the end. */
  vectors: { store: 'auto' | 'embedded' | 'pgvector' } | { store: 'chroma'; url: string };
  /** What files may take to go before a model as a whole. */
  wholeFilesTokens: number;
  /** A second look at what was found, by a model. */
  rerank: { by: 'off' | 'reranker' | 'chat'; model: string; seconds: number };
  /** Where questions are looked up on the web. */
  webSearch: {
    provider: 'searxng' | 'brave' | 'duckduckgo' | 'none';
    /** Without a slash at the end. */
    searxngUrl: string | undefined;
    braveApiKey: string | undefined;
  };
  /** Servers of tools that the configuration names: programs of this machine among them. */
  mcpServers: readonly ConfiguredMcpServer[];
  /** Whether links may be made under which anyone reads a conversation. */
  publicSharing: boolean;
  /** Who names conversations: a model, after the first answer, or their first words. */
  titles: 'model' | 'words';
  http: { csrf: boolean; securityHeaders: boolean; slowRequestMs: number };
  /** `areas`: levels of single areas. `json`: one JSON object a line, else lines for people. */
  log: { level: string; areas: Readonly<Record<string, string>>; json: boolean };
};
