import { exportedConversation, type CarriedMessage } from '../../../shared/api/chat-transfer.ts';
import { parsed } from './foreign.ts';
import { inOrder, MAX_TITLE, Unfit, type ImportedConversation, type ImportedMessage } from './tree.ts';

/** A conversation of our own export: nothing of it is lost but the runs that wrote it, which are not there any more. */
export function fromOwn(value: unknown): ImportedConversation {
  const file = parsed(exportedConversation, value);
  const messages = file.messages.map(fromMessage);
  // A tree it must be; its order stays that of the file, also of what was said in the same millisecond.
  inOrder(messages);
  return {
    title: file.title.slice(0, MAX_TITLE),
    model: clipped(file.model),
    pinned: file.pinned,
    archived: file.archived,
    tags: file.tags,
    memory: file.memory,
    leaf: file.leaf_id,
    createdAt: Date.parse(file.created_at),
    updatedAt: Date.parse(file.updated_at),
    leftOut: new Map(),
    messages,
  };
}

/** What fits its column: a file can say anything. */
const clipped = (text: string | null): string | null => text?.replaceAll('\u0000', '').slice(0, 300) ?? null;
const counted = (n: number | null | undefined, most = 2_147_483_647): number | null => {
  if (n === null || n === undefined) return null;
  if (n < 0 || n > most) throw new Unfit('One of its numbers cannot be right.');
  return n;
};

const fromMessage = (message: CarriedMessage): ImportedMessage => ({
  key: message.id,
  parent: message.parent_id,
  role: message.role,
  content: message.content,
  at: Date.parse(message.created_at),
  parts: message.parts,
  feedback: message.role === 'assistant' ? message.feedback : undefined,
  rest: {
    status: message.status === 'streaming' ? 'interrupted' : message.status,
    model: clipped(message.model),
    provider: clipped(message.provider),
    assistant: message.assistant && JSON.stringify(message.assistant),
    prompt_tokens: counted(message.usage?.prompt_tokens),
    completion_tokens: counted(message.usage?.completion_tokens),
    cost: counted(message.usage?.cost, Number.MAX_SAFE_INTEGER),
    sources: JSON.stringify(message.sources),
    finish_reason: message.finish_reason,
    error_code: message.error?.code ?? null,
    error_message: message.error?.message.replaceAll('\u0000', '') ?? null,
    first_token_ms: counted(message.first_token_ms),
    duration_ms: counted(message.duration_ms),
  },
});
