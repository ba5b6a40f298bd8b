import { CircleAlert, CircleCheck } from 'lucide-react';
import type { McpTest } from '../../../../shared/api/mcp.ts';
import { cx } from '../../components/ui/cx.ts';
import { formatNumber } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

/** What a test found: the tools, or what is wrong and how to mend it. Null while the server is being asked. */
export function ServerTestResult({ result, each }: { result: McpTest | null; each: boolean }) {
  const words = useStrings().mcp;
  const language = useLanguage();
  if (!result)
    return (
      <p role="status" className="text-sm text-muted">
        {words.testing}
      </p>
    );
  const Icon = result.ok ? CircleCheck : CircleAlert;
  return (
    <div
      role="status"
      className={cx(
        'flex gap-2.5 rounded-md px-3 py-2 text-sm',
        result.ok ? 'bg-accent-soft text-accent' : 'bg-danger-soft text-danger',
      )}
    >
      <Icon size={17} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 space-y-1 break-words">
        {result.ok ? (
          <p>{words.works(result.tools.length, formatNumber(result.latency_ms, language))}</p>
        ) : (
          <>
            <p className="font-semibold">{words.fails}</p>
            {result.needs_sign_in ? (
              <p>{each ? words.needsEach : words.needsSignIn}</p>
            ) : (
              <>
                <p>{result.error}</p>
                {result.suggestion && <p>{result.suggestion}</p>}
              </>
            )}
          </>
        )}
      </div>
    </div>
  );
}
