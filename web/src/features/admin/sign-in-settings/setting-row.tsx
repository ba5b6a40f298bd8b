import { Lock } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import type { Setting } from '../../../../../shared/api/settings.ts';
import { cx } from '../../../components/ui/cx.ts';
import { useAdminStrings } from '../../../lib/strings/admin.ts';
import { Badge } from '../badge.tsx';

type Props = {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  setting: Pick<Setting<unknown>, 'source' | 'editable' | 'env'>;
  /** What holds when nothing is stored, in words. */
  fallback: string;
  /** The control is small and stands beside the text on a phone too. */
  small?: boolean;
  onReset(): void;
  /** The control; `labelled` and `described` are ids of what names and explains it. */
  children(ids: { id: string; labelled: string; described: string }): ReactNode;
};

/** One setting: what it is, where its value comes from, and the control. */
export function SettingRow({ label, hint, error, setting, fallback, small = false, onReset, children }: Props) {
  const words = useAdminStrings().signInSettings;
  const id = useId();
  const { source, editable, env } = setting;
  const [labelled, described] = [`${id}-label`, `${id}-text`];
  return (
    <div
      className={cx(
        'grid gap-x-6 gap-y-2 py-4 first:pt-0 last:pb-0 sm:grid-cols-[1fr_15rem]',
        small && 'grid-cols-[1fr_auto]',
      )}
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <label id={labelled} htmlFor={id} className="font-semibold">
            {label}
          </label>
          {editable && <Badge tone={source === 'stored' ? 'accent' : 'plain'}>{words.sources[source]}</Badge>}
        </p>
        <div id={described} className="text-sm text-muted">
          {hint && <p>{hint}</p>}
          {!editable && (
            <p className="flex items-start gap-1.5">
              <Lock size={14} aria-hidden className="mt-0.5 shrink-0" />
              <span className="min-w-0">
                {words.lockedBy} <code className="inline-block max-w-full font-mono break-words">{env}</code>
              </span>
            </p>
          )}
          {error && <p className="text-danger">{error}</p>}
        </div>
        {editable && source === 'stored' && (
          <button
            type="button"
            aria-label={`${label}: ${words.reset(fallback)}`}
            className="mt-1 text-sm text-accent underline underline-offset-4"
            onClick={onReset}
          >
            {words.reset(fallback)}
          </button>
        )}
      </div>
      <div className="min-w-0">{children({ id, labelled, described })}</div>
    </div>
  );
}
