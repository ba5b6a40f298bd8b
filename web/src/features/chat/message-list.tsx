import { useCallback, useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import type { Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { AnswerMessage } from './answer/answer-message.tsx';
import { MessageRows, type BringInto } from './message-rows.tsx';
import { filesOf } from './messages.ts';
import { SideBySide } from './side-by-side.tsx';
import type { useConversation } from './use-conversation.ts';
import { UserMessage } from './user-message.tsx';

type Props = {
  view: ReturnType<typeof useConversation>;
  slot: string;
  conversationId: string | undefined;
  scroller: RefObject<HTMLElement | null>;
  bring: RefObject<BringInto | null>;
  onSource(messageId: string, index: number, from: HTMLElement): void;
  onSent(): void;
};

export function MessageList({ view, slot, conversationId, scroller, bring, onSource, onSent }: Props) {
  const strings = useStrings();
  const { live, toasts } = useServices();
  const { path, pages, hasOlder, turn, beside, keep } = view;
  const shown = useMemo(() => path.map(({ message }) => message), [path]);
  const sentinel = useRef<HTMLDivElement>(null);
  const { fetchNextPage, isFetchingNextPage } = pages;

  useEffect(() => {
    const element = sentinel.current;
    if (!element || !hasOlder) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), {
      root: scroller.current,
      rootMargin: '1200px',
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [hasOlder, fetchNextPage, path.length, scroller]);

  const told = useCallback(
    (refusal: Refusal | null): void => {
      if (refusal) toasts.show({ text: describeRefusal(refusal, currentStrings()), tone: 'danger' });
    },
    [toasts],
  );
  const regenerate = useCallback(
    (message: Message, model?: string): void => {
      onSent();
      void live.regenerate({ slot, message, model }).then(told);
    },
    [live, slot, onSent, told],
  );
  const goOn = useCallback((message: Message): void => void live.goOn(slot, message).then(told), [live, slot, told]);
  const rewrite = useCallback(
    (message: Message, content: string): void => {
      onSent();
      const idempotencyKey = crypto.randomUUID();
      const ask = { slot, conversationId, content, parentId: message.parent_id, files: filesOf(message) };
      void live.ask({ ...ask, model: undefined, idempotencyKey }).then(told);
    },
    [conversationId, live, slot, onSent, told],
  );

  const followUp = useCallback(
    (message: Message, content: string): void => {
      onSent();
      const idempotencyKey = crypto.randomUUID();
      const ask = { slot, conversationId, content, parentId: message.id, files: [], model: undefined };
      void live.ask({ ...ask, idempotencyKey }).then(told);
    },
    [conversationId, live, slot, onSent, told],
  );

  const answer = (message: Message, at: number, count: number): ReactNode => (
    <AnswerMessage
      message={message}
      at={at}
      count={count}
      slot={slot}
      onTurn={turn}
      onRegenerate={regenerate}
      onGoOn={goOn}
      onFollowUp={message.id === path.at(-1)?.message.id ? followUp : undefined}
      onSource={onSource}
    />
  );

  const row = (index: number): ReactNode => {
    const entry = path[index];
    if (!entry) return null;
    const { message, siblings, at } = entry;
    if (message.role === 'user')
      return <UserMessage message={message} at={at} count={siblings.length} onTurn={turn} onRewrite={rewrite} />;
    if (index === path.length - 1 && beside.length > 1)
      return <SideBySide answers={beside} onKeep={keep} draw={(one) => answer(one, 0, 1)} />;
    return answer(message, at, siblings.length);
  };

  if (pages.isLoading)
    return (
      <Skeleton
        className="mx-auto max-w-2xl pt-8"
        lines={['ms-auto w-2/5', 'w-11/12', 'w-full', 'w-4/5', 'ms-auto w-1/3', 'w-full', 'w-3/5']}
      />
    );
  return (
    <>
      {hasOlder && (
        <div ref={sentinel} className="grid place-items-center py-2">
          <Button tone="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? strings.chat.loadingOlder : strings.chat.loadOlder}
          </Button>
        </div>
      )}
      <MessageRows label={strings.chat.messages} messages={shown} scroller={scroller} bring={bring} draw={row} />
    </>
  );
}
