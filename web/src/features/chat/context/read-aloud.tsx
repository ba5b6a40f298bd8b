import { Square, Volume2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { useStrings } from '../../../lib/strings/index.ts';

/** What is heard: no code, no marks, the words of links. */
const spoken = (markdown: string): string =>
  markdown
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[\d+\]/g, '')
    .replace(/[*_`#>|~]/g, '')
    .trim();

/** Has the browser read an answer aloud; nothing leaves the page. Absent where the browser cannot. */
export function ReadAloud({ text }: { text: string }) {
  const { context: words } = useStrings();
  const [reading, setReading] = useState(false);
  useEffect(() => {
    if (reading) return () => speechSynthesis.cancel();
  }, [reading]);
  if (!('speechSynthesis' in window)) return null;
  const read = (): void => {
    speechSynthesis.cancel();
    const utterance = new SpeechSynthesisUtterance(spoken(text));
    utterance.onend = () => setReading(false);
    utterance.onerror = () => setReading(false);
    speechSynthesis.speak(utterance);
    setReading(true);
  };
  return (
    <IconButton
      icon={reading ? Square : Volume2}
      size={16}
      label={reading ? words.readStop : words.readAloud}
      onClick={() => (reading ? setReading(false) : read())}
    />
  );
}
