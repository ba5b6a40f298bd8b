import { Bot } from 'lucide-react';
import { cx } from '../../components/ui/cx.ts';

/** The sign of an assistant: its emoji, or what stands for those without one. */
export function AssistantSign({ emoji, large = false }: { emoji: string | null; large?: boolean }) {
  return (
    <span
      aria-hidden
      className={cx(
        'grid shrink-0 place-items-center rounded-full bg-accent-soft text-accent',
        large ? 'size-16 text-3xl' : 'size-7 text-base',
      )}
    >
      {emoji ?? <Bot size={large ? 30 : 15} strokeWidth={1.6} />}
    </span>
  );
}
