import { useEffect, useRef } from 'react';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { CopyButton } from '../chat/copy-button.tsx';

/** Backup codes on the one occasion that they are shown. Takes the focus, so that they are read out. */
export function FreshBackupCodes({ codes, onDone }: { codes: readonly string[]; onDone(): void }) {
  const words = useStrings().secondFactor;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [codes]);
  const text = `${words.fileTitle}\n\n${codes.join('\n')}\n`;
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="group"
      aria-label={words.codesTitle}
      className="space-y-3 rounded-md border border-accent bg-accent-soft p-4"
    >
      <p className="font-semibold">{words.codesTitle}</p>
      <p>{words.codesText}</p>
      <ul className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-md border border-line bg-paper p-3 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <a
          className={buttonClass()}
          download="carrel-backup-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
        >
          {words.download}
        </a>
        <CopyButton text={codes.join('\n')} label={words.copyCodes} />
        <Button onClick={onDone}>{words.kept}</Button>
      </div>
    </div>
  );
}
