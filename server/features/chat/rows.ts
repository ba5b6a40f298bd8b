import type { MessagePart } from '../../../shared/api/chat.ts';
import { newId } from '../../lib/ids.ts';
import type { ConversationRow } from './conversation-repository.ts';
import type { MessageRow } from './message-repository.ts';

type NewMessage = {
  conversationId: string;
  parentId: string | null;
  role: MessageRow['role'];
  content: string;
  at: number;
  parts?: MessagePart[];
};

/** A whole message as it is first stored. */
export const newMessage = ({ conversationId, parentId, role, content, at, parts = [] }: NewMessage): MessageRow => ({
  id: newId(),
  conversation_id: conversationId,
  parent_id: parentId,
  role,
  content,
  parts: JSON.stringify(parts),
  status: 'complete',
  model: null,
  provider: null,
  assistant: null,
  prompt_tokens: null,
  completion_tokens: null,
  cost: null,
  finish_reason: null,
  sources: '[]',
  error_code: null,
  error_message: null,
  generation_id: null,
  first_token_ms: null,
  duration_ms: null,
  created_at: at,
  updated_at: at,
});

/** A whole conversation as it is first stored. */
export const newConversationRow = (
  row: Pick<ConversationRow, 'user_id' | 'title' | 'title_by_user'> & Partial<ConversationRow> & { at: number },
): ConversationRow => {
  const { at, ...given } = row;
  return {
    id: newId(),
    model: null,
    pinned: 0,
    archived: 0,
    folder_id: null,
    tags: null,
    memory: 1,
    assistant_id: null,
    leaf_id: null,
    created_at: at,
    updated_at: at,
    ...given,
  };
};

const TITLE_LENGTH = 60;

/** A title out of the first line of a question, cut at a word. */
export function titleFrom(content: string): string {
  const line =
    content
      .split('\n')
      .find((text) => text.trim())
      ?.trim()
      .replace(/\s+/g, ' ') ?? '';
  if (line.length <= TITLE_LENGTH) return line || 'New conversation';
  const cut = line.slice(0, TITLE_LENGTH);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_LENGTH / 2)).trimEnd()}…`;
}
