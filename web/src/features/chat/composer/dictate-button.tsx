import { Mic, MicOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { localeOf } from '../../../lib/format.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';
import { useFeatures } from '../../auth/instance.ts';
import { browserListens, canRecord, listen, record, type Dictation } from './dictation.ts';

/**
 * Says instead of types. The instance writes it down where it can; else the browser does, which may ask its maker to.
 * Absent where neither can.
 */
export function DictateButton({ onText }: { onText(text: string): void }) {
  const { context: words } = useStrings();
  const language = useLanguage();
  const { client, toasts } = useServices();
  const [state, setState] = useState<'rest' | 'listening' | 'writing'>('rest');
  const running = useRef<Dictation | null>(null);
  const over = useRef(false);
  const gone = useRef(false);
  const byServer = useFeatures()?.transcription === true && canRecord();
  // What is being said is not written into another chat.
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      running.current?.drop();
    };
  }, []);
  if (!byServer && !browserListens()) return null;

  async function transcribe(sound: Blob): Promise<string> {
    const form = new FormData();
    form.append('file', sound, `speech.${sound.type.includes('mp4') ? 'mp4' : 'webm'}`);
    const reply = await client.open('POST', '/api/audio/transcriptions', { body: form });
    return ((await reply.json()) as { text: string }).text.trim();
  }
  const told = {
    onText,
    onEnd(failure?: 'denied' | 'failed') {
      running.current = null;
      setState('rest');
      if (failure) toasts.show({ text: words.dictationFailed[failure], tone: 'danger' });
    },
  };
  async function begin(): Promise<void> {
    setState('listening');
    try {
      over.current = false;
      const begun = byServer ? await record(transcribe, told) : listen(localeOf(language), told);
      running.current = begun;
      // The browser may ask first, and the answer may come when one has left, or ended it.
      if (gone.current) begun?.drop();
      else if (over.current) begun?.stop();
    } catch {
      told.onEnd('denied');
    }
  }
  function end(): void {
    over.current = true;
    if (byServer) setState('writing');
    running.current?.stop();
  }
  const on = state === 'listening';
  return (
    <IconButton
      icon={on ? MicOff : Mic}
      label={on ? words.dictateStop : byServer ? words.dictate : words.dictateByBrowser}
      aria-pressed={on}
      disabled={state === 'writing'}
      className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
      onClick={() => (on ? end() : void begin())}
    />
  );
}
