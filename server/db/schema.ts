import type { ErrorCode } from '../../shared/errors.ts';
import type { MessageStatus } from '../../shared/api/chat.ts';
import type { FileStatus } from '../../shared/api/files.ts';
import type { Role } from '../../shared/permissions.ts';

/**
 * The tables as every engine sees them. So that a row reads the same on SQLite, PostgreSQL and MySQL:
 * times are integers (milliseconds since the epoch), truth values 0 or 1, JSON is text, ids are UUIDv7 made by us.
 */
export type Flag = 0 | 1;

export type Users = {
  id: string;
  /** Lower case. */
  email: string;
  username: string | null;
  /** Lower case of `username`: unique without regard to case on every engine. */
  username_key: string | null;
  name: string;
  role: Role;
  is_active: Flag;
  password_hash: string | null;
  email_verified: Flag;
  created_at: number;
  updated_at: number;
  last_active_at: number | null;
};

/** A signed-in device. Both the cookie and the access tokens made from it die with this row. */
export type Sessions = {
  id: string;
  user_id: string;
  /** SHA-256 of the cookie's secret, hex. */
  token_hash: string;
  user_agent: string;
  ip: string;
  remember: Flag;
  created_at: number;
  last_seen_at: number;
  /** Sliding. */
  idle_expires_at: number;
  absolute_expires_at: number;
};

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
  created_at: number;
  updated_at: number;
};

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
  prompt_tokens: number | null;
  completion_tokens: number | null;
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
  created_at: number;
  updated_at: number;
};

export type Passages = {
  id: string;
  file_id: string;
  user_id: string;
  /** Order within the file, from 0. */
  ordinal: number;
  page: number | null;
  text: string;
};

/** The passages' analysed terms, in the form that the engine's full-text index wants; see platform/search. (SQLite's rows have a row_id too.) */
export type PassageTerms = { passage_id: string; file_id: string; user_id: string; terms: string };

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

export type DB = {
  users: Users;
  sessions: Sessions;
  settings: Settings;
  conversations: Conversations;
  messages: Messages;
  generations: Generations;
  generation_log: GenerationLog;
  files: Files;
  passages: Passages;
  passage_terms: PassageTerms;
  jobs: Jobs;
};
