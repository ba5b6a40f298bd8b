import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useServices } from '../../app/services.ts';
import { useStore } from '../../lib/store.ts';
import { conversationQuery, messagesQuery } from './conversations.ts';
import { shownPath } from './messages.ts';
import { byAge, newestUnder } from './tree.ts';

/** What one conversation shows: its loaded messages as one path, with what is being sent, and the way to other versions. */
export function useConversation(slot: string, conversationId: string | undefined) {
  const { client, live } = useServices();
  const id = conversationId ?? '';
  const enabled = conversationId !== undefined;
  const conversation = useQuery({ ...conversationQuery(client, id), enabled });
  const pages = useInfiniteQuery({ ...messagesQuery(client, id), enabled });
  const [leaf, setLeaf] = useState<string | null>(null);
  const sending = useStore(live.runs, (runs) => {
    for (const one of runs.values()) if (one.slot === slot && one.run.messageId === null) return one;
    return undefined;
  });

  const messages = useMemo(() => (pages.data?.pages ?? []).flatMap(({ items }) => items).sort(byAge), [pages.data]);
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

  const top = path[0]?.message;
  const hasOlder = pages.hasNextPage && top !== undefined && top.parent_id !== null;
  // A path whose beginning is on an older page, and shows nothing yet, has to be fetched to show anything.
  return { conversation, pages, messages, path, turn, showNewest: useCallback(() => setLeaf(null), []), hasOlder };
}
