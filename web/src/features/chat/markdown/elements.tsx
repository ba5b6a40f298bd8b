import { ExternalLink, ImageOff } from 'lucide-react';
import { createElement, isValidElement, use, type ComponentProps, type ReactNode } from 'react';
import type { Components } from 'hast-util-to-jsx-runtime';
import { useStrings } from '../../../lib/strings/index.ts';
import { Cite } from './cite.tsx';
import { CodeBlock } from './code-block.tsx';
import { Diagram } from './diagram.tsx';
import { HeadingContext } from './heading-context.ts';
import { safeHref } from './links.ts';

function Anchor({ href, children }: ComponentProps<'a'>) {
  const to = safeHref(href);
  if (to === null) return <span>{children}</span>;
  return (
    <a href={to} {...(!to.startsWith('#') && { target: '_blank', rel: 'noopener noreferrer nofollow' })}>
      {children}
    </a>
  );
}

/** Only pictures inside the message are drawn; one on another host would tell that host who reads here. */
function Picture({ src, alt }: ComponentProps<'img'>) {
  const strings = useStrings();
  const label = strings.chat.image(alt || (typeof src === 'string' && !src.startsWith('data:') ? src : ''));
  if (typeof src === 'string' && /^data:image\/(png|jpe?g|gif|webp);base64,/.test(src))
    return <img src={src} alt={alt ?? ''} />;
  const to = safeHref(typeof src === 'string' ? src : undefined);
  if (to === null || to.startsWith('#')) {
    return (
      <span className="inline-flex items-center gap-1 text-muted">
        <ImageOff size={15} aria-hidden />
        {label}
      </span>
    );
  }
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow">
      {label} <ExternalLink size={13} aria-hidden className="inline" />
    </a>
  );
}

function Table({ children }: { children?: ReactNode }) {
  const strings = useStrings();
  return (
    <div className="table-scroll" role="group" aria-label={strings.chat.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

type CodeProps = { className?: string; children?: ReactNode };

/** A fenced block: `pre` holds one `code` whose class names the language. */
function Pre({ children }: { children?: ReactNode }) {
  if (!isValidElement<CodeProps>(children)) return <pre>{children}</pre>;
  const { className, children: inside } = children.props;
  const language = /language-([^\s]+)/.exec(className ?? '')?.[1] ?? '';
  const text = Array.isArray(inside) ? inside.join('') : typeof inside === 'string' ? inside : '';
  if (language === 'mermaid') return <Diagram text={text.replace(/\n$/, '')} />;
  return <CodeBlock code={text.replace(/\n$/, '')} language={language} />;
}

function Check({ checked }: ComponentProps<'input'>) {
  const strings = useStrings();
  const label = checked ? strings.chat.taskDone : strings.chat.taskOpen;
  return <input type="checkbox" aria-label={label} checked={checked ?? false} disabled readOnly />;
}

/** Under the heading of its message; the class keeps the size that was meant. */
const heading = (level: number) =>
  function Heading({ children }: { children?: ReactNode }) {
    const drawn = use(HeadingContext).get(level) ?? 3;
    return createElement(`h${drawn}`, { className: `level-${level}` }, children);
  };

/** Instead of the plain elements, which `.prose` styles. */
export const elements = {
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
  a: Anchor,
  img: Picture,
  input: Check,
  table: Table,
  pre: Pre,
  cite: Cite,
} satisfies Components;
