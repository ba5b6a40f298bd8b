/** Typed domain events: what happened, published after it is committed. Subscribers never change the outcome. */
export type DomainEvents = {
  'conversation.updated': { user_id: string; conversation_id: string };
  'conversation.deleted': { user_id: string; conversation_id: string };
  /** `conversation_id`: null for a temporary chat. */
  'generation.updated': {
    user_id: string;
    generation_id: string;
    conversation_id: string | null;
    status: string;
  };
  /** An answer ended, and nobody read along at that moment. */
  'answer.unseen': { user_id: string; conversation_id: string; status: 'done' | 'failed' };
  /** Something happened to somebody's sign-in that they should know of, whoever did it. */
  'account.noticed': {
    user_id: string;
    cause: string;
    kind: 'security.new_device' | 'security.replay' | 'security.password' | 'security.factor';
    detail: { change?: string; ip?: string; user_agent?: string };
  };
  /** Somebody's list of notifications has changed: by this one, or (null) by several. */
  'notification.updated': { user_id: string; notification_id: string | null };
  /** Somebody may use a thing of somebody else's from now on: a person, or those in a group. */
  'thing.shared': {
    by: string;
    kind: 'collection' | 'assistant';
    id: string;
    user_id: string | null;
    group_id: string | null;
  };
  'account_export.ended': { user_id: string; export_id: string; status: 'ready' | 'failed' };
  /** Somebody wants it ended, and asked a process that does not write it. */
  'generation.stop_asked': { generation_id: string };
  /** What this process writes of answers was saved just now. */
  'generation_log.saved': { owner: string };
  'file.updated': { user_id: string; file_id: string; status: string; status_detail: string | null };
  'job.progress': { job_id: string; kind: string; progress: number };
  'session.revoked': { user_id: string; session_id: string };
  'api_key.created': { user_id: string; api_key_id: string };
  'api_key.rotated': { user_id: string; api_key_id: string };
  'api_key.revoked': { user_id: string; api_key_id: string };
  /** A used refresh token came back: somebody else may have had it. The session is gone. */
  'session.family_revoked': { user_id: string; session_id: string };
  /** `provider`: which of several, where there are several of the method. */
  'sign_in.succeeded': { user_id: string; method: string; provider?: string };
  /** `user_id`: whose account was tried; null where there is none by that name. */
  'sign_in.failed': { user_id: string | null; code: string };
  sign_out: { user_id: string };
  /** Sessions that were ended on purpose, by `logout-all`, `device`, `password`, or `provider` where the person signed out there. */
  'sessions.revoked': { user_id: string; reason: string };
  /** `by`: with the old password, or with the link of a mail. */
  'password.changed': { user_id: string; by: 'change' | 'reset' };
  /** Somebody asked for a link to set a new password; null where there is no such account. */
  'password.reset_asked': { user_id: string | null };
  'email.verified': { user_id: string };
  'quota.exceeded': { user_id: string; kind: 'messages' | 'tokens' | 'storage'; limit: number };
  /** So much of a quota is used, in percent: told when it is reached. */
  'quota.reached': { user_id: string; kind: 'messages' | 'tokens' | 'storage'; limit: number; percent: 80 | 100 };
  'user.approved': { user_id: string };
  /** Who is in which group, or what that gives them: what was remembered of it is looked up anew. */
  'entitlements.changed': Record<string, never>;
  'invite.used': { user_id: string; invite_id: string };
  'user.signup': { user_id: string; role: string };
  'session.started': { user_id: string; session_id: string };
  'factor.changed': {
    user_id: string;
    change:
      | 'on'
      | 'off'
      | 'reset'
      | 'moved'
      | 'backup_codes'
      | 'backup_code_used'
      | 'passkey_added'
      | 'passkey_removed'
      | 'identity_linked'
      | 'identity_unlinked';
    /** What the thing is called. */
    name?: string;
  };
  /** A passkey whose counter went back: there may be a copy of it. */
  'passkey.copied': { user_id: string; passkey_id: string };
  /** Who is at a process, and which models are used there: all of it (`whole`), or what has changed. */
  'presence.told': { process: string; whole: boolean; here: string[]; gone: string[]; models: string[] };
  /** Too many wrong codes. */
  'factor.locked': { user_id: string };
};
export type DomainEventName = keyof DomainEvents;
