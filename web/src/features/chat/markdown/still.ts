import { citeLook, provenLook } from './cite-look.ts';
import type { Node as Part } from './glue.ts';
import type { HeadingLevels } from './headings.ts';

/** An element with nothing but its class. */
export function make(name: string, look: string, ...inside: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  if (look !== '') element.className = look;
  element.append(...inside);
  return element;
}

const textOf = (part: Part): string => part.value ?? (part.children ?? []).map(textOf).join('');
const classOf = ({ properties }: Part): string => {
  const names = properties?.['className'];
  return Array.isArray(names) ? names.join(' ') : '';
};

function code(pre: Part): HTMLElement {
  const language = /language-(\S+)/.exec(classOf(pre.children?.[0] ?? pre))?.[1] ?? '';
  const block = make(
    'div',
    'code-block',
    make(
      'div',
      'flex min-h-9 items-center border-b border-line bg-well ps-4 pointer-coarse:min-h-10.25',
      make('span', 'font-mono text-xs text-muted', language),
    ),
    make('pre', '', make('code', '', textOf(pre).replace(/\n$/, ''))),
  );
  block.dir = 'ltr';
  return block;
}

type About = { levels: HeadingLevels; sources: number };

/**
 * A tree of Markdown as `elements.tsx` draws it, in the same places and sizes, but at rest: nothing can be pressed, and nothing is
 * fetched.
 */
export function still(part: Part, about: About): Node {
  if (part.type === 'text') return document.createTextNode(part.value ?? '');
  const inside = (part.children ?? []).map((child) => still(child, about));
  const name = part.tagName;
  if (name === undefined) {
    const all = document.createDocumentFragment();
    all.append(...inside);
    return all;
  }
  const level = Number(/^h([1-6])$/.exec(name)?.[1] ?? 0);
  if (level > 0) return make(`h${about.levels.get(level) ?? 3}`, `level-${level}`, ...inside);
  switch (name) {
    case 'pre':
      return code(part);
    case 'table':
      return make('div', 'table-scroll', make('table', '', ...inside));
    case 'cite': {
      const index = Number(part.properties?.['dataIndex']);
      return index > about.sources
        ? make('span', '', ...inside)
        : make('span', `${citeLook} ${provenLook}`, `${index}`);
    }
    case 'img':
      return make('span', 'text-muted', typeof part.properties?.['alt'] === 'string' ? part.properties['alt'] : '');
    case 'input': {
      const box = make('input', '') as HTMLInputElement;
      Object.assign(box, { type: 'checkbox', disabled: true, checked: part.properties?.['checked'] === true });
      return box;
    }
    default: {
      const element = make(name, classOf(part), ...inside);
      if (element instanceof HTMLOListElement && typeof part.properties?.['start'] === 'number')
        element.start = part.properties['start'];
      return element;
    }
  }
}
