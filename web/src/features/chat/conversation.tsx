import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { lastAnswer } from '../../app/layout.ts';
import { PageHeader } from '../../app/page-header.tsx';
import { useServices } from '../../app/services.ts';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { Empty } from '../../components/ui/empty.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { useDropTarget } from '../files/use-drop-target.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer/composer.tsx';
import { TemporaryButton } from './composer/temporary-button.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { DropCurtain } from './drop-curtain.tsx';
import { EmptyDesk } from './empty-desk.tsx';
import type { BringInto } from './message-rows.tsx';
import { MessageList } from './message-list.tsx';
import { SourcePanel } from './sources/source-panel-part.ts';
import { TemporaryMark } from './temporary-mark.tsx';
import { useConversation } from './use-conversation.ts';
import { useSought } from './use-sought.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

type Props = { slot: string; conversationId: string | undefined };
type OpenSource = { messageId: string; index: number; opener: HTMLElement };

export function Conversation({ slot, conversationId }: Props) {
  const strings = useStrings();
  const { uploads } = useServices();
  const view = useConversation(slot, conversationId);
  const { conversation, pages, path } = view;
  const blank = path.length === 0 && !pages.isLoading && !pages.isError;
  const { scroller, content, atEnd, toEnd, letGo } = useStickToEnd(!blank);
  const bring = useRef<BringInto>(null);
  useSought(view, scroller, bring, letGo);
  const [source, setSource] = useState<OpenSource | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const drop = useDropTarget((files) => uploads.add(slot, files));
  const known = !conversationId || conversation.data || conversation.isError;
  const title = known ? conversation.data?.title || strings.chat.untitled : '';
  useTitle(conversationId ? title : 'Carrel');

  const newest = path.findLast(({ message }) => message.role === 'assistant')?.message.content ?? '';
  useEffect(() => {
    lastAnswer.set(newest);
    return () => lastAnswer.set('');
  }, [newest]);

  const openSource = useCallback((messageId: string, index: number, from: HTMLElement): void => {
    opener.current = from;
    setSource({ messageId, index, opener: from });
  }, []);
  const cited = source && path.find(({ message }) => message.id === source.messageId)?.message;
  const missing = [pages.error, conversation.error].some((error) => error !== null && refusalOf(error).status === 404);
  const sent = (): void => {
    view.showNewest();
    toEnd();
  };

  if (missing) {
    return (
      <main className="flex flex-1 flex-col">
        <PageHeader title="" />
        <Empty title={strings.chat.missingTitle} text={strings.chat.missingText}>
          <Link to="/" className={buttonClass('primary')}>
            {strings.shell.newChat}
          </Link>
        </Empty>
      </main>
    );
  }
  return (
    <div className="flex min-h-0 flex-1">
      <main {...drop.handlers} className={cx('relative flex min-w-0 flex-1 flex-col', blank && 'lamplight')}>
        <ConversationHeader conversation={conversation.data} title={blank ? '' : title}>
          {blank && !conversationId && <TemporaryButton slot={slot} />}
        </ConversationHeader>
        <TemporaryMark slot={slot} />
        <div
          ref={scroller}
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
          data-scroller
        >
          <div
            ref={content}
            className={cx(
              'mx-auto flex min-h-full w-full flex-col px-4 pt-2 pb-8 sm:px-6',
              view.beside.length > 1 ? 'max-w-6xl' : 'max-w-3xl',
            )}
          >
            {pages.isError && (
              <ProblemNotice refusal={refusalOf(pages.error)} title={strings.chat.loadFailed}>
                <Button onClick={() => void pages.refetch()}>{strings.app.retry}</Button>
              </ProblemNotice>
            )}
            {blank ? (
              <EmptyDesk slot={slot} />
            ) : (
              <MessageList
                view={view}
                slot={slot}
                conversationId={conversationId}
                scroller={scroller}
                bring={bring}
                onSource={openSource}
                onSent={sent}
              />
            )}
          </div>
        </div>
        <Composer
          slot={slot}
          conversationId={conversationId}
          view={view}
          showToEnd={!atEnd}
          toEnd={toEnd}
          onSent={sent}
        />
        <DropCurtain shown={drop.over} />
      </main>
      {source && cited && (
        <SourcePanel message={cited} index={source.index} onClose={() => setSource(null)} returnFocus={opener} />
      )}
      <Announcer last={path.at(-1)?.message} />
    </div>
  );
}
