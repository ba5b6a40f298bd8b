import { useEffect, useState, type RefObject } from 'react';
import { useStrings } from '../../lib/strings/index.ts';

export type SectionLink = { id: string; name: string };

type Props = { links: readonly SectionLink[]; scroller: RefObject<HTMLElement | null> };

/** The parts of a long page: a list beside it on the desk, a strip over it on narrow screens. Marks the one in view. */
export function SectionNav({ links, scroller }: Props) {
  const strings = useStrings();
  const here = useInView(links, scroller);
  return (
    <nav
      aria-label={strings.settings.title}
      className="sticky top-0 z-10 -mx-4 mb-3 shrink-0 overflow-x-auto border-b border-line bg-paper px-3 sm:-mx-6 sm:px-5 lg:m-0 lg:w-48 lg:self-start lg:overflow-visible lg:border-0 lg:p-0 lg:pt-1"
    >
      <ul className="flex gap-1 py-1.5 lg:flex-col lg:gap-0.5 lg:py-0">
        {links.map(({ id, name }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              aria-current={here === id ? 'true' : undefined}
              onClick={(event) => {
                event.preventDefault();
                const part = document.getElementById(id);
                part?.scrollIntoView();
                part?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
              }}
              className="flex min-h-9 items-center rounded-md px-3 whitespace-nowrap text-muted transition-colors hover:bg-well hover:text-ink aria-[current=true]:bg-accent-soft aria-[current=true]:text-ink lg:whitespace-normal pointer-coarse:min-h-11"
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The first part that reaches into the upper third of the page. */
function useInView(links: readonly SectionLink[], scroller: RefObject<HTMLElement | null>): string | undefined {
  const [here, setHere] = useState(links[0]?.id);
  useEffect(() => {
    const visible = new Set<string>();
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) visible.add(target.id);
          else visible.delete(target.id);
        }
        const first = links.find(({ id }) => visible.has(id));
        if (first) setHere(first.id);
      },
      { root: scroller.current, rootMargin: '0px 0px -66% 0px' },
    );
    for (const { id } of links) {
      const part = document.getElementById(id);
      if (part) watch.observe(part);
    }
    return () => watch.disconnect();
  }, [links, scroller]);
  return here;
}
