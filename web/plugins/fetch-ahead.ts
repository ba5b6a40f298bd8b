import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

/** What is drawn first at an address, besides what every page needs. */
const rooms = {
  entry: ['features/auth/sign-in.tsx'],
  desk: ['app/shell.tsx', 'features/chat/chat-page.tsx'],
  conversation: ['app/shell.tsx', 'features/chat/chat-page.tsx', 'features/chat/markdown/markdown.tsx'],
};

/**
 * Lets `index.html` itself ask for what the page would ask for once it runs: who is here, and the code of the room that
 * the address names. So these come at the same time as the page, not after it.
 */
export function fetchAhead(): Plugin {
  return {
    name: 'fetch-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, chunk: entry }) {
        if (!bundle || !entry) return [];
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const always = filesOf([entry.fileName], chunks);
        const ahead = Object.entries(rooms).map(([room, modules]) => {
          const first = modules.flatMap((module) => chunkOf(module, chunks)?.fileName ?? []);
          return [room, [...filesOf(first, chunks)].filter((file) => !always.has(file))];
        });
        return [
          session,
          { tag: 'script', attrs: { nonce: '__CSP_NONCE__' }, children: script(ahead), injectTo: 'head' },
        ];
      },
    },
  };
}

/** As the page's own request for it, which takes this answer. */
const session: HtmlTagDescriptor = {
  tag: 'link',
  attrs: { rel: 'preload', as: 'fetch', href: '/api/auth/session', crossorigin: true },
  injectTo: 'head-prepend',
};

const script = (ahead: unknown[][]): string =>
  `{const files=${JSON.stringify(Object.fromEntries(ahead))},path=location.pathname;` +
  `for(const file of files[/^\\/c\\//.test(path)?'conversation':path==='/'?'desk':path==='/sign-in'?'entry':'']??[])` +
  `document.head.append(Object.assign(document.createElement('link'),{rel:'modulepreload',href:'/'+file}))}`;

const chunkOf = (module: string, chunks: Rolldown.OutputChunk[]): Rolldown.OutputChunk | undefined =>
  chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/web/src/${module}`));

/** With all that they import at once. */
function filesOf(names: string[], chunks: Rolldown.OutputChunk[], found = new Set<string>()): Set<string> {
  for (const name of names.filter((each) => !found.has(each))) {
    found.add(name);
    filesOf(chunks.find(({ fileName }) => fileName === name)?.imports ?? [], chunks, found);
  }
  return found;
}
