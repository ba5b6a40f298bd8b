import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useServices } from '../../app/services.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

/** Copies a text and says so for a moment. Plain HTTP in another room of the house has no clipboard: that is said, too. */
export function CopyButton({ text, label, size }: { text: string; label: string; size?: number }) {
  const strings = useStrings();
  const { toasts } = useServices();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1_800);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      toasts.show({ text: strings.app.copyFailed, tone: 'danger' });
    }
  };
  return (
    <IconButton
      icon={done ? Check : Copy}
      label={done ? strings.app.copied : label}
      {...(size && { size })}
      onClick={() => void copy()}
    />
  );
}
