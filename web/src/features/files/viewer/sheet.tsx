import { useEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import { placeOf, type Marks } from './marks.ts';

type Props = {
  marks: Marks | undefined;
  /** Whether what lies under the marks is drawn, so that they can be looked for. */
  drawn: boolean;
  style?: CSSProperties;
  children: ReactNode;
};

/** A page as paper with the marks of a reader on it: white, and marked in the same colours, in any theme. Comes to the first of them by itself. */
export function Sheet({ marks, drawn, style, children }: Props) {
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (drawn) first.current?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [drawn, marks]);
  const words = marks?.words ?? [];
  const passage = marks?.passage ?? [];
  return (
    <div className="relative mx-auto bg-white shadow-md" style={style}>
      {children}
      {passage.map((box, at) => (
        <div
          key={at}
          ref={at === 0 && words.length === 0 ? first : undefined}
          aria-hidden
          data-mark="passage"
          className="pointer-events-none absolute bg-[#dce7dc99] mix-blend-multiply"
          style={placeOf(box)}
        />
      ))}
      {words.map((box, at) => (
        <div
          key={at}
          ref={at === 0 ? first : undefined}
          aria-hidden
          data-mark="words"
          className="pointer-events-none absolute rounded-[2px] bg-[#fae3a0] mix-blend-multiply"
          style={placeOf(box)}
        />
      ))}
    </div>
  );
}
