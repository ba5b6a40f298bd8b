import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { useServices } from '../../app/services.ts';
import { useStore } from '../../lib/store.ts';
import { conversationQuery, messagesQuery } from './conversations.ts';
import { answersBeside, shownPath } from './messages.ts';
import { byAge, newestUnder } from './tree.ts';

/** What one conversation shows: its loaded messages as one path, with what is being sent, and the way to other versions. */
export function useConversation(slot: string, conversationId: string | undefined) {
  const { client, live, conversations } = useServices();
  const id = conversationId ?? '';
  const enabled = conversationId !== undefined;
  const conversation = useQuery({ ...conversationQuery(client, id), enabled });
  const pages = useInfiniteQuery({ ...messagesQuery(client, id), enabled });
  /** What was turned to here; null is the newest, undefined what was kept before. */
  const [turned, setLeaf] = useState<string | null | undefined>(undefined);
  const sending = useStore(live.runs, (runs) => {
    for (const one of runs.values()) if (one.slot === slot && one.run.messageId === null && !one.beside) return one;
    return undefined;
  });

  const temporary = useStore(live.temporary.chats, (chats) => chats.get(slot));
  const messages = useMemo(
    () => [...(temporary ?? pages.data?.pages.flatMap(({ items }) => items) ?? [])].sort(byAge),
    [temporary, pages.data],
  );
  const kept = conversation.data?.leaf_id;
  const leaf = useMemo(
    () => (turned === undefined && kept ? newestUnder(messages, kept) : (turned ?? null)),
    [turned, kept, messages],
  );
  const path = useMemo(() => shownPath(messages, leaf, sending), [messages, leaf, sending]);
  useEffect(() => {
    for (const message of messages) if (message.status === 'streaming') live.resume(slot, message);
  }, [messages, slot, live]);

  const latest = useRef({ messages, path });
  useEffect(() => {
    latest.current = { messages, path };
  });
  /** Shows the version before or after that of the message. */
  const turn = useCallback((messageId: string, step: 1 | -1): void => {
    const entry = latest.current.path.find(({ message }) => message.id === messageId);
    const to = entry?.siblings[entry.at + step];
    if (to) setLeaf(newestUnder(latest.current.messages, to));
  }, []);

  const beside = answersBeside(messages, path, turned ?? kept);
  const keep = useCallback(
    ({ id: answer }: Message): void => {
      setLeaf(newestUnder(latest.current.messages, answer));
      // So that it is the one that is shown after a reload, and on other devices.
      if (conversationId) void conversations.keep(conversationId, answer);
    },
    [conversations, conversationId],
  );

  const top = path[0]?.message;
  const hasOlder = pages.hasNextPage && top !== undefined && top.parent_id !== null;
  // A path whose beginning is on an older page, and shows nothing yet, has to be fetched to show anything.
  return {
    conversation,
    pages,
    messages,
    path,
    turn,
    beside,
    keep,
    showNewest: useCallback(() => setLeaf(null), []),
    /** Chooses the path that this message is on. */
    showAt: useCallback((messageId: string) => setLeaf(newestUnder(latest.current.messages, messageId)), []),
    hasOlder,
  };
}
