import type { ChatBody } from '../../../shared/api/chat.ts';
import type { Assisting } from '../assistants/service.ts';

type Asked = Pick<ChatBody, 'system' | 'options' | 'tools'>;

/** A question with what the assistant brings to it. What the question says itself comes after that, and wins. */
export function assisted(assistant: Assisting | null, asked: Asked): Asked {
  if (!assistant) return asked;
  const { system, options, tools } = asked;
  return {
    system: [assistant.system, system].filter(Boolean).join('\n\n'),
    options: { ...assistant.options, ...options },
    tools: tools ?? assistant.tools,
  };
}

/** The model that is wished for: an assistant's own counts as asked for with the assistant, and as the conversation's after that. */
export const modelWish = (
  assistant: Assisting | null,
  { model, assistant_id }: Pick<ChatBody, 'model' | 'assistant_id'>,
  conversation: string | null | undefined,
): { requested: string | undefined; conversation: string | undefined } => ({
  requested: model ?? (assistant_id ? assistant?.model : undefined),
  conversation: conversation ?? assistant?.model,
});

/** What a conversation is asked with from now on: what was named in a question. */
export const pinsOf = (
  { model, assistant_id }: Pick<ChatBody, 'model' | 'assistant_id'>,
  resolved: string,
): { model?: string | null; assistant_id?: string | null } => ({
  ...(model !== undefined && { model: resolved }),
  // A new assistant answers with its own model, unless another one is named with it.
  ...(assistant_id !== undefined && { assistant_id, ...(assistant_id && model === undefined && { model: null }) }),
});
