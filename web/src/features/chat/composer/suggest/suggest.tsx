import { useEffect, useState, type RefObject } from 'react';
import { part } from '../../../../lib/part.tsx';
import { triggerAt, type Trigger } from './trigger.ts';

const SuggestPanel = part(async () => (await import('./suggest-panel.tsx')).SuggestPanel);

export type SuggestProps = {
  input: RefObject<HTMLTextAreaElement | null>;
  slot: string;
  text: string;
  setText(text: string): void;
  setModel(id: string): void;
};

/** Watches what is typed for `/`, `@` and `#`; what they find is fetched when the first one is. */
export function Suggest(props: SuggestProps) {
  const { input, text } = props;
  const [caret, setCaret] = useState<number | null>(null);
  const [used, setUsed] = useState(false);
  useEffect(() => {
    const look = (): void => {
      const field = input.current;
      const there = field !== null && document.activeElement === field && field.selectionStart === field.selectionEnd;
      setCaret(there ? field.selectionStart : null);
    };
    document.addEventListener('selectionchange', look);
    document.addEventListener('focusout', look);
    document.addEventListener('input', look);
    return () => {
      document.removeEventListener('selectionchange', look);
      document.removeEventListener('focusout', look);
      document.removeEventListener('input', look);
    };
  }, [input]);
  const trigger: Trigger | null = caret === null ? null : triggerAt(text, caret);
  if (trigger && !used) setUsed(true);
  return used ? <SuggestPanel {...props} trigger={trigger} /> : null;
}
