/** Typed domain events: what happened, published after it is committed. Subscribers never change the outcome. */
export type DomainEvents = {
  'conversation.updated': { user_id: string; conversation_id: string };
  'conversation.deleted': { user_id: string; conversation_id: string };
  'generation.updated': { user_id: string; generation_id: string; conversation_id: string; status: string };
  'file.updated': { user_id: string; file_id: string; status: string; status_detail: string | null };
  'job.progress': { job_id: string; kind: string; progress: number };
  'session.revoked': { user_id: string; session_id: string };
  'user.signup': { user_id: string; role: string };
};
export type DomainEventName = keyof DomainEvents;
