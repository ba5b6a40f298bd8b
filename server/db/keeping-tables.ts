import type { NotificationKind, TargetKind } from '../../shared/api/notifications.ts';
import type { Flag } from './schema.ts';

/** A link under which others may read one way through a conversation. */
export type ShareLinks = {
  id: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  user_id: string;
  conversation_id: string;
  /** `frozen` shows what was there when it was made, `live` what is there now. */
  mode: 'frozen' | 'live';
  /** Whether it can be read without an account here. */
  is_public: Flag;
  title: string;
  /** JSON: SharedMessage[]; null for `live`. */
  snapshot: string | null;
  created_at: number;
};

/** What somebody thinks of an answer; one for each person and message. */
export type Feedback = {
  id: string;
  user_id: string;
  message_id: string;
  rating: 'up' | 'down';
  reason: string | null;
  comment: string | null;
  created_at: number;
  updated_at: number;
};

/** A text with blanks that is put into the composer by its command. */
export type Prompts = {
  id: string;
  user_id: string;
  /** Lower case, without the slash; unique for the person. */
  command: string;
  title: string;
  content: string;
  shared: Flag;
  created_at: number;
  updated_at: number;
};

/** Something that a person is told of. */
export type Notifications = {
  id: string;
  user_id: string;
  /** What it was told because of; unique for the person, so that one thing is told once. */
  cause: string;
  kind: NotificationKind;
  target_kind: TargetKind | null;
  target_id: string | null;
  /** JSON: NotificationDetail. No names of things: those are looked up by who may still see them. */
  detail: string;
  created_at: number;
  read_at: number | null;
};
