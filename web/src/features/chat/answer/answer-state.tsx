import { CircleSlash, CloudOff, OctagonPause, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { Button } from '../../../components/ui/button.tsx';
import { cx } from '../../../components/ui/cx.ts';
import type { Strings } from '../../../lib/strings/index.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { toolsOf } from '../messages.ts';
import type { Run } from '../run.ts';

type Note = { icon: LucideIcon; text: string; bad?: boolean };

function noteOf(message: Message, strings: Strings): Note | null {
  const { status, error, finish_reason: reason } = message;
  if (status === 'interrupted') return { icon: TriangleAlert, text: strings.chat.interrupted, bad: true };
  if (status === 'failed')
    return { icon: TriangleAlert, text: `${strings.chat.failed} ${error?.message ?? ''}`, bad: true };
  if (status === 'stopped') return { icon: OctagonPause, text: strings.chat.stopped };
  if (reason === 'length') return { icon: OctagonPause, text: strings.chat.cutOff };
  if (reason === 'content_filter') return { icon: CircleSlash, text: strings.chat.filtered };
  return null;
}

type Props = {
  message: Message;
  phase: Run['phase'] | undefined;
  onReconnect(): void;
  onRegenerate(): void;
  /** Absent where the answer cannot be gone on with. */
  onGoOn: (() => void) | undefined;
};

const action =
  'rounded-sm px-1 py-0.5 font-semibold underline underline-offset-4 hover:no-underline pointer-coarse:min-h-10';

/** What is to be said of an answer beside its text: waiting, broken connection, stopped, failed, cut off. */
export function AnswerState({ message, phase, onReconnect, onRegenerate, onGoOn }: Props) {
  const strings = useStrings();
  if (phase === 'reconnecting' || phase === 'lost') {
    return (
      <div className="mt-3 flex flex-wrap items-center gap-3 text-sm text-muted">
        <CloudOff size={16} aria-hidden />
        {phase === 'lost' ? strings.chat.reconnectFailed : strings.chat.reconnecting}
        {phase === 'lost' && <Button onClick={onReconnect}>{strings.chat.reconnect}</Button>}
      </div>
    );
  }
  // A tool that asks says itself what the answer waits for.
  const asks = toolsOf(message).some(({ approval, result }) => approval === 'asked' && result === null);
  if (message.status === 'streaming' && message.content === '' && !asks) {
    return (
      <p className="flex h-8 items-center gap-1.5">
        <span className="sr-only">{strings.chat.waiting}</span>
        {[0, 200, 400].map((delay) => (
          <span
            key={delay}
            aria-hidden
            style={{ animationDelay: `${delay}ms` }}
            className="size-2 animate-[breathe_1.2s_infinite] rounded-full bg-accent"
          />
        ))}
      </p>
    );
  }
  const note = noteOf(message, strings);
  if (!note) return null;
  const { icon: Icon, text, bad } = note;
  return (
    <div
      className={cx(
        'mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md px-3 py-2 text-sm',
        bad ? 'bg-danger-soft text-danger' : 'bg-well text-muted',
      )}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <p className="min-w-40 flex-1">{text}</p>
      {onGoOn && (
        <button type="button" onClick={onGoOn} className={action}>
          {strings.chat.goOn}
        </button>
      )}
      <button type="button" onClick={onRegenerate} className={action}>
        {strings.chat.runAgain}
      </button>
    </div>
  );
}
