import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ProviderTest } from '../../../../shared/api/providers.ts';
import { cx } from '../../components/ui/cx.ts';
import { formatNumber } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

/** What a test found: that it works, or what is wrong and how to mend it. Null while it is being asked. */
export function TestResult({ result }: { result: ProviderTest | null }) {
  const words = useStrings().providers;
  const language = useLanguage();
  if (!result)
    return (
      <p role="status" className="text-sm text-muted">
        {words.testing}
      </p>
    );
  const Icon = result.healthy ? CircleCheck : CircleAlert;
  return (
    <div
      role="status"
      className={cx(
        'flex gap-2.5 rounded-md px-3 py-2 text-sm',
        result.healthy ? 'bg-accent-soft text-accent' : 'bg-danger-soft text-danger',
      )}
    >
      <Icon size={17} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 space-y-1 break-words">
        {result.healthy ? (
          <p>{words.works(result.model ?? '', formatNumber(result.latency_ms, language))}</p>
        ) : (
          <>
            <p className="font-semibold">{words.fails}</p>
            <p>{result.error}</p>
            {result.suggestion && <p>{result.suggestion}</p>}
          </>
        )}
      </div>
    </div>
  );
}
