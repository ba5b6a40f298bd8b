import { ChartNetwork, Code } from 'lucide-react';
import { use, useEffect, useState } from 'react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { useMedia } from '../../../lib/media.ts';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { theme } from '../../../lib/theme.ts';
import { CodeBlock } from './code-block.tsx';
import { GrowingContext } from './growing-context.ts';

/** The drawing of a description that is whole: undefined while there is none, null where it cannot be drawn. */
function useDrawing(text: string): string | null | undefined {
  const growing = use(GrowingContext);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const chosen = useStore(theme);
  const [drawn, setDrawn] = useState<{ of: string; address: string | null }>({ of: '', address: null });
  const of = `${chosen}${dark}${text}`;
  useEffect(() => {
    if (growing) return;
    let wanted = true;
    import('./draw-diagram.ts')
      .then(({ drawDiagram }) => drawDiagram(text))
      .then(
        (address) => wanted && setDrawn({ of, address }),
        // Without its renderer it is read as it was written.
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [of, text, growing]);
  return drawn.of !== '' && drawn.of.endsWith(text) ? drawn.address : undefined;
}

/** A Mermaid diagram as a picture, beside the text that it was drawn from. */
export function Diagram({ text }: { text: string }) {
  const strings = useStrings();
  const address = useDrawing(text);
  const [asText, setAsText] = useState(false);
  const [broken, setBroken] = useState<string | null>(null);
  if (address === undefined) return <CodeBlock code={text} language="mermaid" />;
  if (address === null || broken === address) {
    const why = <span className="pe-2 text-xs text-muted">{strings.chat.notDrawn}</span>;
    return <CodeBlock code={text} language="mermaid" extra={why} />;
  }
  const toggle = (
    <IconButton
      icon={asText ? ChartNetwork : Code}
      size={15}
      label={asText ? strings.chat.asDiagram : strings.chat.asText}
      onClick={() => setAsText(!asText)}
    />
  );
  if (asText) return <CodeBlock code={text} language="mermaid" extra={toggle} />;
  return (
    <figure className="code-block">
      <div className="flex min-h-9 items-center border-b border-line bg-well ps-4 pe-1">
        <span className="flex-1 font-mono text-xs text-muted">{strings.chat.diagram}</span>
        {toggle}
      </div>
      <div className="overflow-x-auto p-2" tabIndex={0} role="group" aria-label={strings.chat.diagram}>
        <img
          src={address}
          alt={text}
          onError={() => setBroken(address)}
          className="mx-auto max-w-none! rounded-none!"
        />
      </div>
    </figure>
  );
}
