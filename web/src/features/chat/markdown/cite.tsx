import { use, type ReactNode } from 'react';
import { useStrings } from '../../../lib/strings/index.ts';
import { CiteContext } from './cite-context.ts';

type Props = { 'data-index'?: number | string; children?: ReactNode };

/** A citation in the text. Where the answer has no such source it stays what the model wrote. */
export function Cite({ 'data-index': raw, children }: Props) {
  const strings = useStrings();
  const { sources, open } = use(CiteContext);
  const index = Number(raw);
  const passage = sources[index - 1];
  if (!passage) return children;
  return (
    <button
      type="button"
      aria-label={strings.chat.openSource(index, passage.source.title)}
      title={
        passage.page === undefined
          ? passage.source.title
          : `${passage.source.title}, ${strings.chat.page(passage.page)}`
      }
      onClick={(event) => open(index, event.currentTarget)}
      className="ms-0.5 inline-flex h-5 min-w-5 -translate-y-px items-center justify-center rounded-full border border-transparent bg-accent-soft px-1.5 align-baseline font-sans text-xs leading-none font-semibold text-accent transition-colors hover:border-accent"
    >
      {index}
    </button>
  );
}
