import { memo, useMemo, useState } from 'react';
import { usePaced } from '../../../lib/paced.ts';
import { blocksOf, endsInFence, growingBlocks } from './blocks.ts';
import { draw, drawGrowing } from './draw.tsx';
import { GrowingContext } from './growing-context.ts';
import { HeadingContext } from './heading-context.ts';
import { headingLevels } from './headings.ts';
import { hasMaths, normalizeMaths } from './maths.ts';
import { pauseFor } from './pace.ts';
import type { Maths } from './tree.ts';
import { whenNeeded } from './when-needed.ts';

/** The maths renderer. Until it is there formulas stand as they were written. */
const useMaths = whenNeeded(() => import('./katex.ts').then(({ maths }) => maths));
/** Ends what a growing text has begun: bold, code, links. Until it is there their signs are seen. */
const useEnding = whenNeeded(() => import('remend').then(({ default: ended }) => ({ ended })));

const asItIs = (text: string): string => text;

type BlockProps = { text: string; growing: boolean; maths: Maths | null };

/** Drawn again only when it changes: of a text that grows, that is its last block. */
const Block = memo(function Block({ text, growing, maths }: BlockProps) {
  const ending = useEnding(growing);
  return (
    <GrowingContext value={growing && endsInFence(text)}>
      {growing ? drawGrowing(text, maths, ending?.ended ?? asItIs) : draw(text, maths)}
    </GrowingContext>
  );
});

/** Markdown of an answer. While it grows, only its last block is parsed again, and of a long one a few times a second. */
export default function Markdown({ text: newest, growing }: { text: string; growing: boolean }) {
  const text = usePaced(newest, growing ? pauseFor(newest.length) : 0);
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
