import type { ExportedConversation } from '../../../shared/api/chat-transfer.ts';
import type { Message } from '../../../shared/api/chat.ts';

/** For reading: the way through the tree that ends in its newest message. */
export function toMarkdown({ title, created_at, messages }: ExportedConversation): string {
  const speaker = ({ role, model }: Message): string => (role === 'user' ? 'You' : (model ?? 'Assistant'));
  const said = newestPath(messages).map(
    (message) =>
      `## ${oneLine(speaker(message))}\n\n*${message.created_at}*\n\n${message.content}\n${sourcesOf(message)}`,
  );
  return [`# ${oneLine(title)}\n\n*${created_at}*\n`, ...said].join('\n');
}

function newestPath(messages: readonly Message[]): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: Message[] = [];
  for (let at = messages.at(-1); at; at = at.parent_id === null ? undefined : byId.get(at.parent_id)) path.push(at);
  return path.reverse();
}

function sourcesOf({ sources }: Message): string {
  if (!sources.length) return '';
  const lines = sources.map(
    ({ source, page }, at) => `${at + 1}. ${oneLine(source.title)}${page === undefined ? '' : `, p. ${page}`}`,
  );
  return `\n${lines.join('\n')}\n`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
