import type { AssistantMark } from '../../../shared/api/assistant-mark.ts';
import type { Conversation, Message, MessagePart } from '../../../shared/api/chat.ts';
import type { Passage, TokenUsage } from '../../../shared/api/passages.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { toIso } from '../../lib/clock.ts';
import type { ConversationRow } from './conversation-repository.ts';
import type { MessageRow } from './message-repository.ts';

export const presentConversation = (row: ConversationRow): Conversation => ({
  id: row.id,
  title: row.title,
  model: row.model,
  pinned: row.pinned === 1,
  archived: row.archived === 1,
  folder_id: row.folder_id,
  tags: tagsOf(row),
  memory: row.memory === 1,
  assistant_id: row.assistant_id,
  leaf_id: row.leaf_id,
  created_at: toIso(row.created_at),
  updated_at: toIso(row.updated_at),
});

export const tagsOf = ({ tags }: Pick<ConversationRow, 'tags'>): string[] =>
  tags === null ? [] : (JSON.parse(tags) as string[]);

/** As tags are stored: each once, sorted. */
export const storedTags = (tags: readonly string[]): string | null =>
  tags.length ? JSON.stringify([...new Set(tags)].sort()) : null;

export const presentMessage = (row: MessageRow): Message => ({
  id: row.id,
  conversation_id: row.conversation_id,
  parent_id: row.parent_id,
  role: row.role,
  content: row.content,
  parts: partsOf(row),
  status: row.status,
  model: row.model,
  provider: row.provider,
  assistant: markOf(row),
  usage: usageOf(row),
  sources: JSON.parse(row.sources) as Passage[],
  finish_reason: row.finish_reason as Message['finish_reason'],
  error: row.error_code && { code: row.error_code, message: row.error_message ?? errorMessage(row.error_code) },
  generation_id: row.generation_id,
  first_token_ms: row.first_token_ms,
  duration_ms: row.duration_ms,
  created_at: toIso(row.created_at),
});

export const markOf = ({ assistant }: Pick<MessageRow, 'assistant'>): AssistantMark | null =>
  assistant === null ? null : (JSON.parse(assistant) as AssistantMark);

export const partsOf = (row: MessageRow): MessagePart[] => JSON.parse(row.parts) as MessagePart[];

/** Null where the provider did not say: never a guess. */
export function usageOf({ prompt_tokens, completion_tokens, cost }: MessageRow): TokenUsage | null {
  if (prompt_tokens === null || completion_tokens === null) return null;
  const total_tokens = prompt_tokens + completion_tokens;
  return { prompt_tokens, completion_tokens, total_tokens, ...(cost !== null && { cost }) };
}
