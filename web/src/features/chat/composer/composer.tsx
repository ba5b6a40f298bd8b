import { ArrowDown, ArrowUp, Square, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { inputId } from '../../../app/layout.ts';
import { useServices } from '../../../app/services.ts';
import { keyNames } from '../../../app/use-shortcuts.ts';
import { cx } from '../../../components/ui/cx.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { ModelPicker } from '../models/model-picker.tsx';
import type { useConversation } from '../use-conversation.ts';
import { AskButton } from './ask-button.tsx';
import { ContextMeter } from '../context/context-meter.tsx';
import { isStored } from '../messages.ts';
import { AttachButton } from './attach-button.tsx';
import { AttachmentChip } from './attachment-chip.tsx';
import { CompareButton } from './compare-button.tsx';
import { DictateButton } from './dictate-button.tsx';
import { QueueList } from './queue-list.tsx';
import { Suggest } from './suggest/suggest.tsx';
import { ToolsButton } from './tools-button.tsx';
import { useSend } from './use-send.ts';

type Props = {
  slot: string;
  conversationId: string | undefined;
  view: ReturnType<typeof useConversation>;
  showToEnd: boolean;
  toEnd(): void;
  onSent(): void;
};

const round =
  'size-9! rounded-full! bg-accent! text-accent-ink! hover:bg-accent-strong! disabled:bg-well! disabled:text-muted! disabled:opacity-100!';

/** Where one writes. Enter sends, Shift+Enter breaks the line, Esc stops the answer. */
export function Composer({ slot, conversationId, view, showToEnd, toEnd, onSent }: Props) {
  const strings = useStrings();
  const { uploads, live } = useServices();
  const desk = useSend({ slot, conversationId, view, onSent });
  const { text, files, busy, refusal } = desk;
  const temporary = useStore(live.temporary.chats, (chats) => chats.has(slot));
  const input = useRef<HTMLTextAreaElement>(null);
  const { stop } = desk;
  // Dictation goes on while one types.
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  });
  const newest = view.path.at(-1)?.message;
  const leaf = newest && isStored(newest) ? newest.id : undefined;

  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) input.current?.focus();
  }, []);
  useEffect(() => {
    if (!busy) return;
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key === 'Escape' &&
        !event.shiftKey &&
        !event.defaultPrevented &&
        !document.querySelector('[role=dialog]')
      )
        stop();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [busy, stop]);

  return (
    <div className="relative mx-auto w-full max-w-3xl shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6">
      {showToEnd && (
        <div className="absolute inset-x-0 -top-11 grid place-items-center">
          <IconButton
            icon={ArrowDown}
            label={strings.chat.toEnd}
            onClick={toEnd}
            className="rounded-full! border border-line bg-sheet! shadow-float hover:bg-well!"
          />
        </div>
      )}
      {conversationId && (
        <QueueList
          conversationId={conversationId}
          busy={busy}
          onTakeBack={(taken) => desk.setText([taken, text].filter(Boolean).join('\n'))}
        />
      )}
      {refusal && (
        <div className="mb-2 flex items-start gap-1">
          <div className="min-w-0 flex-1">
            <ProblemNotice refusal={refusal} />
          </div>
          <IconButton icon={X} label={strings.app.dismiss} onClick={desk.clearRefusal} />
        </div>
      )}
      <Suggest input={input} slot={slot} text={text} setText={desk.setText} setModel={desk.setModel} />
      <form
        className="rounded-lg border border-line-strong bg-sheet shadow-sheet transition-colors focus-within:border-accent"
        onSubmit={(event) => {
          event.preventDefault();
          void desk.send();
        }}
      >
        {files.length > 0 && (
          <ul className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto p-2.5 pb-0">
            {files.map((upload) => (
              <AttachmentChip
                key={upload.key}
                upload={upload}
                onRetry={() => uploads.retry(slot, upload.key)}
                onRemove={() => uploads.remove(slot, upload.key)}
              />
            ))}
          </ul>
        )}
        <textarea
          ref={input}
          id={inputId}
          value={text}
          rows={1}
          onChange={(event) => desk.setText(event.target.value)}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files];
            if (pasted.length === 0) return;
            event.preventDefault();
            desk.addFiles(pasted);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void desk.send();
          }}
          aria-label={strings.chat.input}
          aria-describedby={`${inputId}-hint`}
          placeholder={view.path.length > 0 ? strings.chat.placeholderMore : strings.chat.placeholder}
          className="field-sizing-content block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-[1rem] outline-none"
        />
        <p id={`${inputId}-hint`} hidden>
          {strings.chat.enterHint}. {strings.suggest.hint}
        </p>
        <div className="flex flex-wrap items-center gap-1 p-1.5 max-sm:gap-0 min-[22rem]:max-sm:flex-nowrap max-sm:[&_button[data-tip]]:size-8.5 sm:pointer-coarse:[&_button[data-tip]]:size-9">
          <AttachButton onFiles={desk.addFiles} />
          <AskButton slot={slot} />
          <ModelPicker value={desk.answerer} onChange={desk.setModel} />
          {desk.answerer === desk.model && <ToolsButton model={desk.model} />}
          {!temporary && <CompareButton main={desk.model} value={desk.others} onChange={desk.setOthers} />}
          <DictateButton onText={(said) => desk.setText([latest.current.trimEnd(), said].filter(Boolean).join(' '))} />
          <span className="ms-auto flex shrink-0 items-center gap-1 max-sm:gap-0">
            {conversationId && !temporary && (
              <ContextMeter conversationId={conversationId} leaf={busy ? undefined : leaf} model={desk.model} />
            )}
            {busy && (
              <IconButton
                icon={Square}
                size={13}
                label={strings.chat.stop}
                keys={keyNames.stop}
                className={cx(
                  '[&>svg]:fill-current',
                  text.trim() === '' ? round : 'size-9! rounded-full! border border-line-strong',
                )}
                onClick={stop}
              />
            )}
            {(!busy || (desk.canSend && desk.queues)) && (
              <IconButton
                icon={ArrowUp}
                label={desk.queues ? strings.chat.queue.send : strings.chat.send}
                keys={keyNames.send}
                type="submit"
                className={round}
                disabled={!desk.canSend}
              />
            )}
          </span>
        </div>
      </form>
    </div>
  );
}
