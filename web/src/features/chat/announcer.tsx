import { useEffect, useRef, useState } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { useStrings, type Strings } from '../../lib/strings/index.ts';

const wordsFor = (status: Message['status'], { chat }: Strings): string => {
  if (status === 'streaming') return chat.answerStarted;
  if (status === 'complete') return chat.answerDone;
  return status === 'stopped' ? chat.answerStopped : chat.answerFailed;
};

/** Tells screen readers that an answer begins and how it ends. Reading every word as it comes would drown all else. */
export function Announcer({ last }: { last: Message | undefined }) {
  const strings = useStrings();
  const [words, setWords] = useState('');
  const wasWriting = useRef(false);
  const status = last?.role === 'assistant' ? last.status : undefined;
  useEffect(() => {
    const writing = status === 'streaming';
    if (status && writing !== wasWriting.current) setWords(wordsFor(status, strings));
    wasWriting.current = writing;
  }, [status, strings]);
  return (
    <p aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}
