import { useQuery } from '@tanstack/react-query';
import type { RetentionRules } from '../../../../shared/api/retention.ts';
import { useServices } from '../../app/services.ts';
import { cx } from '../../components/ui/cx.ts';
import { useStrings } from '../../lib/strings/index.ts';

/** Says how long things are kept, where that is not for ever. */
export function RetentionNote({ of, className }: { of: 'conversations' | 'files'; className?: string }) {
  const words = useStrings().governance.retention;
  const { client } = useServices();
  const { data } = useQuery({
    queryKey: ['retention'],
    queryFn: ({ signal }) => client.get<RetentionRules>('/api/retention', signal),
    staleTime: 600_000,
  });
  const days = data?.[of].days ?? null;
  if (days === null) return null;
  return (
    <p className={cx('text-xs text-muted', className)}>
      {of === 'files' ? words.noteFiles(days) : words.noteChats(days)}
    </p>
  );
}
