import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useServices } from '../../app/services.ts';
import { useStore } from '../../lib/store.ts';
import { Conversation } from './conversation.tsx';

/** The desk: empty, or with a conversation on it. A new chat keeps its place when it gets its address. */
export function ChatPage() {
  const { conversationId } = useParams({ strict: false });
  const { live, notices } = useServices();
  const draft = useStore(live.slots.draft);
  const slot = conversationId ? live.slots.of(conversationId) : draft;
  useEffect(() => {
    if (conversationId && slot === draft) live.slots.renew();
  }, [conversationId, slot, draft, live]);
  useEffect(() => live.show(slot), [live, slot]);
  useEffect(() => {
    const look = (): void => {
      if (conversationId && !document.hidden) notices.seen(conversationId);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [conversationId, notices]);
  return <Conversation key={slot} slot={slot} conversationId={conversationId ?? live.slots.conversationOf(slot)} />;
}
