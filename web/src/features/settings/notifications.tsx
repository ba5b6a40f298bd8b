import { useServices } from '../../app/services.ts';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Section } from './section.tsx';

/** Whether the browser tells when an answer has ended. Of this browser alone: it is the one that must be asked. */
export function Notifications() {
  const words = useStrings().notices;
  const { notices, toasts } = useServices();
  const on = useStore(notices.inBrowser);
  const change = async (wanted: boolean): Promise<void> => {
    if (!(await notices.allowInBrowser(wanted))) toasts.show({ text: words.refused, tone: 'danger' });
  };
  return (
    <Section title={words.setting} text={words.settingText}>
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          checked={on}
          onChange={({ target }) => void change(target.checked)}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
        <span>{words.inBrowser}</span>
      </label>
    </Section>
  );
}
