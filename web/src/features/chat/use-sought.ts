import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, type RefObject } from 'react';
import type { BringInto } from './message-rows.tsx';
import type { useConversation } from './use-conversation.ts';

type View = ReturnType<typeof useConversation>;

/** Opens a conversation at the message that its address names (`?message=`): its version is chosen, and it is brought into view. */
export function useSought(
  view: View,
  scroller: RefObject<HTMLElement | null>,
  bringInto: RefObject<BringInto | null>,
  letGo: () => void,
): void {
  const { message: sought } = useSearch({ strict: false }) as { message?: string };
  const navigate = useNavigate();
  const { messages, path, pages, showAt } = view;
  const { hasNextPage, isFetching, isSuccess, fetchNextPage } = pages;
  const loaded = sought !== undefined && messages.some(({ id }) => id === sought);
  const shown = sought !== undefined && path.some(({ message }) => message.id === sought);

  useEffect(() => {
    if (sought === undefined || !isSuccess) return;
    if (!loaded) {
      if (hasNextPage && !isFetching) void fetchNextPage();
      return;
    }
    if (!shown) return showAt(sought);
    letGo();
    const bring = (): HTMLElement | null => {
      bringInto.current?.(sought);
      return scroller.current?.querySelector<HTMLElement>(`[data-message="${sought}"]`) ?? null;
    };
    bring();
    // What comes into view is laid out only now, and moves what is below it.
    const timer = setTimeout(() => {
      const element = bring();
      if (element) element.tabIndex = -1;
      element?.focus({ preventScroll: true });
      void navigate({ to: '.', search: {}, replace: true });
    }, 100);
    return () => clearTimeout(timer);
  }, [
    sought,
    loaded,
    shown,
    isSuccess,
    hasNextPage,
    isFetching,
    fetchNextPage,
    showAt,
    scroller,
    bringInto,
    letGo,
    navigate,
  ]);
}
