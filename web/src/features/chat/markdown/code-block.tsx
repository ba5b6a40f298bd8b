import { WrapText } from 'lucide-react';
import { use, useEffect, useState, type ReactNode } from 'react';
import { cx } from '../../../components/ui/cx.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { CopyButton } from '../copy-button.tsx';
import { GrowingContext } from './growing-context.ts';
import type { Token } from './highlighter.ts';

/** Milliseconds between two colourings of code that is still being written. */
const every = 250;

/** The coloured lines of what was last coloured; what has come since then stands behind them, plain. */
function useTokens(code: string, language: string, partial: boolean): { of: string; lines: Token[][] } | null {
  const [done, setDone] = useState<{ of: string; lines: Token[][] } | null>(null);
  useEffect(() => {
    if (language === '' || language === 'text') return;
    const left = new AbortController();
    const timer = setTimeout(
      () => {
        import('./highlighter.ts')
          .then(({ highlight }) => highlight(code, language, left.signal))
          .then((lines) => !left.signal.aborted && lines && setDone({ of: code, lines }))
          .catch(() => undefined);
      },
      partial ? every : 0,
    );
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [code, language, partial]);
  return done && code.startsWith(done.of) ? done : null;
}

type Props = {
  code: string;
  language: string;
  /** A further button in its head. */
  extra?: ReactNode;
};

export function CodeBlock({ code, language, extra }: Props) {
  const strings = useStrings();
  const partial = use(GrowingContext);
  const [wrap, setWrap] = useState(false);
  const tokens = useTokens(code, language, partial);
  return (
    <div className="code-block" data-wrap={wrap} dir="ltr">
      <div className="flex min-h-9 items-center border-b border-line bg-well ps-4 pe-1">
        <span className="min-w-fit flex-1 pe-2 font-mono text-xs text-muted">{language || strings.chat.code}</span>
        {extra}
        <IconButton
          icon={WrapText}
          size={15}
          label={wrap ? strings.chat.noWrap : strings.chat.wrap}
          aria-pressed={wrap}
          className={cx(wrap && 'text-accent!')}
          onClick={() => setWrap(!wrap)}
        />
        <CopyButton text={code} label={strings.chat.copyCode} size={15} />
      </div>
      <pre tabIndex={0} role="group" aria-label={language || strings.chat.code}>
        <code>
          {tokens
            ? tokens.lines.map((line, index) => (
                <span key={index}>
                  {line.map((token, at) => (
                    <span key={at} style={{ color: token.color }}>
                      {token.content}
                    </span>
                  ))}
                  {index < tokens.lines.length - 1 && '\n'}
                </span>
              ))
            : code}
          {tokens && code.slice(tokens.of.length)}
        </code>
      </pre>
    </div>
  );
}
