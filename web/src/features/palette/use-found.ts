import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Conversation } from '../../../../shared/api/chat.ts';
import type { MessageHit } from '../../../../shared/api/chat-search.ts';
import type { StoredFile } from '../../../../shared/api/files.ts';
import { useServices } from '../../app/services.ts';
import type { Page } from '../../lib/query.ts';
import { useUser } from '../auth/session.ts';
import { filesPath } from '../files/api.ts';

/** Milliseconds without a key before the server is asked. */
const PAUSE_MS = 180;
const TITLES = 6;
const FILES = 5;
const MESSAGES = 12;

/** The text once nothing was typed for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Conversations by their title (the latest ones where nothing is typed), files by their name, and messages by their words. */
export function useFound(typed: string) {
  const { client } = useServices();
  const mayFiles = useUser()?.apps.includes('documents') ?? false;
  const q = useRested(typed.trim());
  const titles = useQuery({
    queryKey: ['palette', q],
    queryFn: ({ signal }) =>
      client.get<Page<Conversation>>(
        `/api/conversations?${new URLSearchParams({ limit: String(TITLES), ...(q && { q }) })}`,
        signal,
      ),
    placeholderData: keepPreviousData,
  });
  const files = useQuery({
    queryKey: ['files', 'found', q],
    queryFn: ({ signal }) => client.get<Page<StoredFile>>(filesPath({ q, limit: FILES }), signal),
    enabled: q !== '' && mayFiles,
    placeholderData: keepPreviousData,
  });
  const messages = useQuery({
    queryKey: ['messages-found', q],
    queryFn: ({ signal }) =>
      client.get<Page<MessageHit>>(
        `/api/conversations/search?${new URLSearchParams({ limit: String(MESSAGES), q })}`,
        signal,
      ),
    enabled: q !== '',
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
  const asked = [titles, ...(q === '' ? [] : [messages, ...(mayFiles ? [files] : [])])];
  return {
    titles: titles.data?.items ?? [],
    files: q === '' ? [] : (files.data?.items ?? []),
    messages: q === '' ? [] : (messages.data?.items ?? []),
    pending: asked.some(({ isPending }) => isPending) || q !== typed.trim(),
    error: asked.find(({ error }) => error)?.error ?? null,
    retry: () => void Promise.all(asked.map(({ refetch }) => refetch())),
  };
}
