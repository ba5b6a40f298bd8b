import { useEffect, useMemo, useState } from 'react';
import { defaultRehypePlugins, Streamdown, type PluginConfig } from 'streamdown';
import { citePlugin } from './cite-plugin.ts';
import { elements } from './elements.tsx';
import { HeadingContext, headingLevels } from './headings.ts';
import { hasMaths, normalizeMaths } from './maths.ts';

type RehypePlugins = NonNullable<Parameters<typeof Streamdown>[0]['rehypePlugins']>;

// Without rehype-raw: HTML in a message is text, and stays text.
const { sanitize, harden } = defaultRehypePlugins;
const rehypePlugins = [sanitize, harden, citePlugin].filter((plugin) => plugin !== undefined) as RehypePlugins;

type Maths = NonNullable<PluginConfig['math']>;
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

/** Markdown of an answer. While it grows, only its last block is parsed again. */
export default function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const source = useMemo(() => normalizeMaths(text), [text]);
  const levels = useMemo(() => headingLevels(source), [source]);
  const math = useMaths(hasMaths(source));
  const plugins = useMemo<PluginConfig>(() => (math ? { math } : {}), [math]);
  return (
    <HeadingContext value={levels}>
      <Streamdown
        className="prose"
        mode="streaming"
        isAnimating={growing}
        parseIncompleteMarkdown={growing}
        components={elements}
        rehypePlugins={rehypePlugins}
        plugins={plugins}
        controls={false}
      >
        {source}
      </Streamdown>
    </HeadingContext>
  );
}
