import { cx } from '../../components/ui/cx.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTags } from './use-tags.ts';

type Props = { chosen: string | null; onChoose(tag: string | null): void };

/** The tags over the conversations, where there are any: one narrows the list to it, once more shows all. */
export function TagList({ chosen, onChoose }: Props) {
  const { tags: words } = useStrings();
  const tags = useTags();
  // A tag whose last chat is gone can still be let go of.
  const shown = chosen === null || tags.some(({ tag }) => tag === chosen) ? tags : [{ tag: chosen, count: 0 }, ...tags];
  if (shown.length === 0) return null;
  return (
    <ul aria-label={words.title} className="flex max-h-24 flex-wrap gap-1 overflow-y-auto overscroll-contain px-3 pb-2">
      {shown.map(({ tag, count }) => (
        <li key={tag} className="min-w-0">
          <button
            type="button"
            aria-pressed={tag === chosen}
            onClick={() => onChoose(tag === chosen ? null : tag)}
            className={cx(
              'flex min-h-6 max-w-full items-center gap-1 rounded-full border px-2 text-xs transition-colors pointer-coarse:min-h-9 pointer-coarse:px-3',
              tag === chosen
                ? 'border-accent bg-accent-soft text-ink'
                : 'border-line text-muted hover:border-line-strong hover:text-ink',
            )}
          >
            <span className="truncate">{tag}</span>
            <span>
              {` ${count}`}
              <span className="sr-only">{` ${words.chats(count)}`}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
