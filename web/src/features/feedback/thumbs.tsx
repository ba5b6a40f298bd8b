import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useState } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { part } from '../../lib/part.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useFeedback } from './use-feedback.ts';

const ReasonForm = part(async () => (await import('./reason-form.tsx')).ReasonForm);

const pressed = 'aria-pressed:text-accent aria-pressed:[&>svg]:fill-accent-soft';

/** A word on an answer: good, or bad and why. A second press takes it back. */
export function Thumbs({ message }: { message: Message }) {
  const words = useStrings().feedback;
  const { given, rate, takeBack } = useFeedback(message.conversation_id, message.id);
  const [asking, setAsking] = useState(false);
  const press = (rating: 'up' | 'down'): void => {
    if (given?.rating === rating) return void (given.id && takeBack(given.id));
    void rate(rating);
    if (rating === 'down') setAsking(true);
  };
  return (
    <>
      <IconButton
        icon={ThumbsUp}
        size={16}
        label={words.up}
        aria-pressed={given?.rating === 'up'}
        className={pressed}
        onClick={() => press('up')}
      />
      <IconButton
        icon={ThumbsDown}
        size={16}
        label={words.down}
        aria-pressed={given?.rating === 'down'}
        className={pressed}
        onClick={() => press('down')}
      />
      <Modal open={asking} onClose={() => setAsking(false)} title={words.title}>
        <ReasonForm onSend={(reason, comment) => rate('down', { reason, comment })} onDone={() => setAsking(false)} />
      </Modal>
    </>
  );
}
