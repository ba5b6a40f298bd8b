import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

/** A refusal where it happened: what went wrong, what to do next, and the number to tell the admin. */
export function ProblemNotice({
  refusal,
  title,
  children,
}: {
  refusal: Refusal;
  title?: string;
  children?: ReactNode;
}) {
  const strings = useStrings();
  return (
    <div role="alert" className="flex gap-3 rounded-md bg-danger-soft px-3.5 py-2.5 text-base text-danger">
      <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 space-y-1">
        {title && <p className="font-semibold">{title}</p>}
        <p>{describeRefusal(refusal, strings)}</p>
        {refusal.request_id && <p className="font-mono text-xs">{strings.app.requestId(refusal.request_id)}</p>}
        {children}
      </div>
    </div>
  );
}
