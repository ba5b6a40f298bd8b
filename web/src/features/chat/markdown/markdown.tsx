import { memo, useEffect, useMemo, useState } from 'react';
import remend from 'remend';
import { blocksOf, endsInFence, growingBlocks } from './blocks.ts';
import { draw } from './draw.tsx';
import { GrowingContext } from './growing-context.ts';
import { HeadingContext, headingLevels } from './headings.ts';
import { hasMaths, normalizeMaths } from './maths.ts';
import type { Maths } from './tree.ts';

let maths: Maths | null = null;

/** The maths renderer, fetched when the first formula appears. Until then formulas stand as they were written. */
function useMaths(needed: boolean): Maths | null {
  const [loaded, setLoaded] = useState(maths);
  useEffect(() => {
    if (!needed || loaded) return;
    let wanted = true;
    import('./katex.ts').then(
      (module) => {
        maths = module.maths;
        if (wanted) setLoaded(maths);
      },
      // Formulas as text are readable, too; the next message tries again.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [needed, loaded]);
  return needed ? loaded : null;
}

type BlockProps = { text: string; growing: boolean; maths: Maths | null };

/** Drawn again only when it changes: of a text that grows, that is its last block. */
const Block = memo(function Block({ text, growing, maths }: BlockProps) {
  return (
    <GrowingContext value={growing && endsInFence(text)}>{draw(growing ? remend(text) : text, maths)}</GrowingContext>
  );
});

/** Markdown of an answer. While it grows, only its last block is parsed again. */
export default function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const source = useMemo(() => normalizeMaths(text), [text]);
  const levels = useMemo(() => headingLevels(source), [source]);
  const [cut] = useState(growingBlocks);
  const blocks = growing ? cut(source) : blocksOf(source);
  const math = useMaths(hasMaths(source));
  return (
    <HeadingContext value={levels}>
      <div className="prose">
        {blocks.map((block, index) => (
          <Block key={index} text={block} growing={growing && index === blocks.length - 1} maths={math} />
        ))}
      </div>
    </HeadingContext>
  );
}
