import type { ErrorCode } from '../../shared/errors.ts';
import type { MessageStatus } from '../../shared/api/chat.ts';
import type { FileStatus } from '../../shared/api/files.ts';
import type { ProviderKind } from '../../shared/api/models.ts';
import type { PullState } from '../../shared/api/providers.ts';
import type { AccountExports } from './account-export-tables.ts';
import type { Assistants, AssistantShares } from './assistant-tables.ts';
import type { Collections, CollectionShares, CollectionSources } from './collection-tables.ts';
import type { McpConnections, McpServers } from './mcp-tables.ts';
import type {
  AnswerTraces,
  PageLayouts,
  Passages,
  PassageTerms,
  QuestionExpectations,
  QuestionResults,
  QuestionRuns,
} from './knowledge-tables.ts';
import type { EmbeddingIndexes, PassageVectors, VectorFiles } from './embedding-tables.ts';
import type {
  ApiKeys,
  BackupCodes,
  FactorFailures,
  KnownDevices,
  KnownNetworks,
  LoginChallenges,
  MailTokens,
  RefreshTokens,
  FactorMoves,
  SecondFactors,
  SentMails,
  Sessions,
  Users,
} from './schema-identity.ts';
import type {
  Identities,
  LogoutTokens,
  OauthFlows,
  PasskeyChallenges,
  Passkeys,
  SessionOrigins,
  SignInProviders,
} from './schema-ways-in.ts';
import type { Feedback, Notifications, Prompts, ShareLinks } from './keeping-tables.ts';
import type { ScimGroups, ScimTokens, ScimUsers } from './scim-tables.ts';

export type { Identities, LogoutTokens, OauthFlows, PasskeyChallenges, Passkeys, SessionOrigins, SignInProviders };

/**
 * The tables as every engine sees them. So that a row reads the same on SQLite, PostgreSQL and MySQL:
 * times are integers (milliseconds since the epoch), truth values 0 or 1, JSON is text, ids are UUIDv7 made by us.
 */
export type Flag = 0 | 1;

/** Facts and settings of the instance, one row a key. */
export type Settings = { key: string; value: string; updated_at: number };

export type Conversations = {
  id: string;
  user_id: string;
  title: string;
  /** 1 once a person has named it: then nothing renames it by itself. */
  title_by_user: Flag;
  model: string | null;
  pinned: Flag;
  archived: Flag;
  folder_id: string | null;
  /** JSON: string[], in lower case and sorted; null for none. */
  tags: string | null;
  /** Whether what is remembered of the person is used in it. */
  memory: Flag;
  /** Which assistant answers; it may be gone. */
  assistant_id: string | null;
  /** The version that the person chose last; null: the newest. It may be gone. */
  leaf_id: string | null;
  created_at: number;
  updated_at: number;
};

/** What the turns of a conversation up to a message were summarised to. One message, one way there: it holds for all branches below. */
export type ContextSummaries = {
  /** The last message that it stands for. */
  message_id: string;
  conversation_id: string;
  text: string;
  /** How many messages it stands for. */
  turns: number;
  /** How many older ones it leaves out, as they were too many even for a summary. */
  omitted: number;
  /** JSON: string[], the ids of files that were attached in them. */
  files: string;
  model: string | null;
  created_at: number;
};

/** A fact that a person wants models to know in every conversation. */
export type Memories = {
  id: string;
  user_id: string;
  content: string;
  /** A hash of the words: the same thing is kept once. */
  content_key: string;
  /** JSON: string[], its analysed terms. */
  terms: string;
  enabled: Flag;
  /** `said`: by the person, in a chat or in the settings; `learned`: by a model, from a chat. */
  origin: 'said' | 'learned';
  conversation_id: string | null;
  created_at: number;
  updated_at: number;
};

/** What a memory means, by one model, as long as it says this. */
export type MemoryVectors = { memory_id: string; model: string; content_key: string; vector: Uint8Array };

/** Whether a person wants anything remembered. Without a row: what they said is used, nothing is learned. */
export type MemorySettings = { user_id: string; enabled: Flag; learns: Flag; updated_at: number };

/** Where a person keeps conversations; folders may lie in folders. */
export type Folders = {
  id: string;
  user_id: string;
  parent_id: string | null;
  name: string;
  created_at: number;
  updated_at: number;
};

/** The messages' analysed terms, as passage_terms has those of passages. A message without words has no row. */
export type MessageTerms = { message_id: string; terms: string };

export type Messages = {
  id: string;
  conversation_id: string;
  parent_id: string | null;
  role: 'user' | 'assistant';
  content: string;
  /** JSON: MessagePart[] beside the text. */
  parts: string;
  status: MessageStatus;
  model: string | null;
  provider: string | null;
  /** JSON: AssistantMark, of the assistant that answered. */
  assistant: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  /** Millionths of the currency of the prices; null where the model had none. */
  cost: number | null;
  finish_reason: string | null;
  /** JSON: Passage[]. */
  sources: string;
  error_code: ErrorCode | null;
  error_message: string | null;
  generation_id: string | null;
  first_token_ms: number | null;
  duration_ms: number | null;
  created_at: number;
  updated_at: number;
};

/** A message that waits until the answer before it has ended. */
export type QueuedMessages = {
  id: string;
  conversation_id: string;
  user_id: string;
  content: string;
  model: string | null;
  /** JSON: the ids and names of files that go with it. */
  files: string;
  /** JSON: what else it asks with, tools and collections and the web; null: nothing. */
  asked: string | null;
  /** Why it could not be sent; it waits until the person does something about it. */
  error_code: ErrorCode | null;
  error_message: string | null;
  created_at: number;
};

/** Whether a tool may act: null until the person has said so. */
export type ToolApprovals = {
  generation_id: string;
  tool_call_id: string;
  tool: string;
  allowed: number | null;
  created_at: number;
};

/** A tool that is not asked about again in a conversation. */
export type ToolGrants = { conversation_id: string; tool: string; created_at: number };

export type GenerationStatus = 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';

/** One run that writes one answer. */
export type Generations = {
  id: string;
  user_id: string;
  conversation_id: string;
  message_id: string;
  status: GenerationStatus;
  /** The process that writes it. */
  owner: string;
  heartbeat_at: number;
  cancel_requested: Flag;
  /** Route and `Idempotency-Key`; unique for the user, forgotten after 24 h. */
  idempotency_key: string | null;
  /** SHA-256 of the request's body, hex. */
  body_hash: string | null;
  created_at: number;
  finished_at: number | null;
};

/** The append-only log of a generation: Server-Sent-Event frames exactly as they were sent, so a resumed stream is byte-identical. */
export type GenerationLog = {
  generation_id: string;
  first_seq: number;
  last_seq: number;
  frames: string;
};

export type Files = {
  id: string;
  user_id: string;
  filename: string;
  content_type: string;
  size: number;
  sha256: string;
  storage_key: string;
  status: FileStatus;
  status_detail: string | null;
  page_count: number | null;
  /** The answer that a tool made it in; null: it came from elsewhere. */
  made_in: string | null;
  /** Kept in step with its passages, so that nobody counts them; null where there are none. */
  passage_count: number | null;
  /** Of all its passages; null also where it was read before they were counted. */
  passage_tokens: number | null;
  created_at: number;
  updated_at: number;
};

export type { Passages } from './knowledge-tables.ts';

export type JobStatus = 'queued' | 'running' | 'done' | 'failed';

export type Jobs = {
  id: string;
  queue: string;
  kind: string;
  /** JSON. */
  payload: string;
  status: JobStatus;
  attempts: number;
  max_attempts: number;
  /** Not before this time. */
  run_at: number;
  lease_owner: string | null;
  lease_until: number | null;
  /** 0 to 1. */
  progress: number;
  last_error: string | null;
  /** Unique among queued and running jobs; null once it has ended. */
  dedupe_key: string | null;
  created_at: number;
  finished_at: number | null;
};

/** What was done by whom, from where. Rows are only ever added; each holds the hash of the one before. */
export type AuditLog = {
  /** 1, 2, 3… without a gap. */
  seq: number;
  id: string;
  at: number;
  actor_id: string | null;
  /** As it was then: the account may be gone. */
  actor_name: string | null;
  action: string;
  target_kind: string | null;
  target_id: string | null;
  target_name: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  /** JSON with sorted keys. */
  detail: string;
  prev_hash: string;
  hash: string;
};

/** One row: the last entry of the audit log. */
export type AuditHead = { id: number; seq: number; hash: string };

/** Leave to make an account; whoever has the code has it. */
export type Invites = {
  id: string;
  /** SHA-256 of the code, hex. */
  code_hash: string;
  /** What the code begins with; may be shown. */
  code_hint: string;
  created_by: string | null;
  /** For this address alone; lower case. */
  email: string | null;
  role: 'admin' | 'user';
  /** JSON: string[]; the new account joins those that are still there. */
  group_ids: string;
  max_uses: number;
  uses: number;
  expires_at: number | null;
  created_at: number;
};

export type UserGroups = {
  id: string;
  name: string;
  /** Lower case of `name`: unique without regard to case on every engine. */
  name_key: string;
  description: string;
  created_at: number;
  updated_at: number;
};

export type GroupMembers = { group_id: string; user_id: string; created_at: number };

/** Null is unlimited. */
export type QuotaLimits = {
  messages_per_day: number | null;
  tokens_per_day: number | null;
  storage_bytes: number | null;
};
export type UserQuotas = QuotaLimits & { user_id: string; updated_at: number };
/** For each of the members. */
export type GroupQuotas = QuotaLimits & { group_id: string; updated_at: number };
/** What a person used on a day (UTC, `2030-01-31`). */
export type UsageDays = { user_id: string; day: string; messages: number; tokens: number };

/** Tokens that were counted before they were used, for a call that runs. Its process says again and again that it lives. */
export type QuotaHolds = {
  id: string;
  user_id: string;
  day: string;
  tokens: number;
  owner: string;
  expires_at: number;
};

/** What a person used of a model on a day. */
export type UsageModels = {
  user_id: string;
  day: string;
  model: string;
  messages: number;
  prompt_tokens: number;
  completion_tokens: number;
  /** Millionths of the currency of the prices, by the price at the time of each call. */
  cost: number;
};

/** What a group allows its members, beyond what everybody may. */
export type GroupPermissions = { group_id: string; permission: string };

/** What a person tells of themselves; null for what they do not. */
export type Profiles = {
  user_id: string;
  full_name: string | null;
  phone: string | null;
  bio: string | null;
  /** A name of the IANA database. */
  timezone: string | null;
  /** A BCP 47 tag. */
  language: string | null;
  /** JSON: an object that pages keep for the person. */
  preferences: string;
  updated_at: number;
};
/** A provider that an admin added; without `base_url`, what was said about one that comes from elsewhere. */
export type Providers = {
  id: string;
  kind: ProviderKind;
  name: string;
  base_url: string | null;
  /** Encrypted. */
  api_key: string | null;
  /** Encrypted JSON: names and values. */
  headers: string | null;
  enabled: Flag;
  timeout_ms: number | null;
  /** JSON: string[]; null: all. */
  models: string | null;
  /** JSON: by model. */
  display_names: string;
  /** JSON: by model. */
  prices: string;
  /** JSON: string[]; null: everyone. A group that is gone lets nobody in. */
  group_ids: string | null;
  created_at: number;
  updated_at: number;
};
export type GroupModels = { group_id: string; default_model: string; updated_at: number };

/** A model that a server is told to load from its library. */
export type ModelPulls = {
  id: string;
  provider_id: string;
  model: string;
  state: PullState;
  status: string;
  completed: number | null;
  total: number | null;
  error: string | null;
  created_at: number;
  updated_at: number;
  finished_at: number | null;
};

export type DB = {
  account_exports: AccountExports;
  assistants: Assistants;
  assistant_shares: AssistantShares;
  collections: Collections;
  collection_sources: CollectionSources;
  collection_shares: CollectionShares;
  scim_tokens: ScimTokens;
  scim_users: ScimUsers;
  scim_groups: ScimGroups;
  users: Users;
  sessions: Sessions;
  refresh_tokens: RefreshTokens;
  known_networks: KnownNetworks;
  settings: Settings;
  conversations: Conversations;
  messages: Messages;
  message_terms: MessageTerms;
  folders: Folders;
  share_links: ShareLinks;
  feedback: Feedback;
  prompts: Prompts;
  notifications: Notifications;
  generations: Generations;
  generation_log: GenerationLog;
  queued_messages: QueuedMessages;
  tool_approvals: ToolApprovals;
  tool_grants: ToolGrants;
  mcp_servers: McpServers;
  mcp_connections: McpConnections;
  files: Files;
  passages: Passages;
  page_layouts: PageLayouts;
  answer_traces: AnswerTraces;
  question_expectations: QuestionExpectations;
  question_runs: QuestionRuns;
  question_results: QuestionResults;
  passage_terms: PassageTerms;
  embedding_indexes: EmbeddingIndexes;
  vector_files: VectorFiles;
  passage_vectors: PassageVectors;
  jobs: Jobs;
  api_keys: ApiKeys;
  audit_log: AuditLog;
  audit_head: AuditHead;
  invites: Invites;
  user_groups: UserGroups;
  group_members: GroupMembers;
  user_quotas: UserQuotas;
  group_quotas: GroupQuotas;
  group_permissions: GroupPermissions;
  usage_days: UsageDays;
  quota_holds: QuotaHolds;
  usage_models: UsageModels;
  mail_tokens: MailTokens;
  sent_mails: SentMails;
  known_devices: KnownDevices;
  second_factors: SecondFactors;
  factor_moves: FactorMoves;
  backup_codes: BackupCodes;
  factor_failures: FactorFailures;
  login_challenges: LoginChallenges;
  profiles: Profiles;
  providers: Providers;
  group_models: GroupModels;
  model_pulls: ModelPulls;
  context_summaries: ContextSummaries;
  memories: Memories;
  memory_vectors: MemoryVectors;
  memory_settings: MemorySettings;
  identities: Identities;
  passkeys: Passkeys;
  passkey_challenges: PasskeyChallenges;
  sign_in_providers: SignInProviders;
  oauth_flows: OauthFlows;
  session_origins: SessionOrigins;
  logout_tokens: LogoutTokens;
};
