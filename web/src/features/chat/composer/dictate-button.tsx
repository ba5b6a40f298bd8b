import { useQuery } from '@tanstack/react-query';
import { Mic, MicOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { localeOf } from '../../../lib/format.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';
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
  const config = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => client.get<{ features: { transcription?: boolean } }>('/api/config', signal),
  });
  const byServer = config.data?.features.transcription === true && canRecord();
  // What is being said is not written into another chat.
  useEffect(() => () => running.current?.stop(), []);
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
      running.current = byServer ? await record(transcribe, told) : listen(localeOf(language), told);
    } catch {
      told.onEnd('denied');
    }
  }
  function end(): void {
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
