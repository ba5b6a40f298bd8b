import { use, type ReactNode } from 'react';
import { cx } from '../../../components/ui/cx.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { isDoubted } from '../citations.ts';
import { CiteContext } from './cite-context.ts';
import { citeLook, provenLook } from './cite-look.ts';

type Props = { 'data-index'?: number | string; 'data-before'?: string; children?: ReactNode };

/**
 * A citation in the text; it says so where what is quoted before it does not stand in the source. Where the answer has no such
 * source it stays what the model wrote.
 */
export function Cite({ 'data-index': raw, 'data-before': before = '', children }: Props) {
  const strings = useStrings();
  const { sources, doubts, open } = use(CiteContext);
  const index = Number(raw);
  const passage = sources[index - 1];
  if (!passage) return children;
  const doubted = isDoubted(doubts, index, before);
  const place =
    passage.page === undefined ? passage.source.title : `${passage.source.title}, ${strings.chat.page(passage.page)}`;
  return (
    <button
      type="button"
      aria-label={
        doubted
          ? strings.sources.openDoubted(index, passage.source.title)
          : strings.chat.openSource(index, passage.source.title)
      }
      title={doubted ? strings.sources.doubted : place}
      onClick={(event) => open(index, event.currentTarget)}
      className={cx(
        citeLook,
        doubted ? 'border-dashed border-danger bg-danger-soft text-danger hover:border-solid' : provenLook,
      )}
    >
      {index}
      {doubted && <span aria-hidden>?</span>}
    </button>
  );
}
