import type { Rolldown } from 'vite';

type Graph = { getModuleInfo(id: string): Pick<Rolldown.ModuleInfo, 'importedIds'> | null };
type Group = { name(id: string, graph: Graph): string | null; priority: number };

/** What is drawn first at an address, besides what every page needs. */
export const rooms = {
  entry: ['features/auth/sign-in.tsx'],
  desk: ['app/shell.tsx', 'features/chat/chat-page.tsx'],
  answer: ['features/chat/markdown/markdown.tsx'],
  sight: ['features/chat/first-sight.ts'],
};
/** What the page says, by language. */
export const catalogues = { en: 'lib/strings/en.ts', de: 'lib/strings/de.ts' };

const names = Object.keys(rooms) as (keyof typeof rooms)[];

/**
 * The files that modules go to: two for what every page needs (packages change less often), one for each room, and one for what some
 * rooms share. What is seen before the page runs needs nothing of the first two: what it has in common with them stands by itself. A
 * browser on a slow machine has more work with eighty small files than with eight. What is drawn later is cut as the bundler likes.
 */
export function filesByRoom(source: string): Group[] {
  let known: { everywhere: Set<string>; inRoom: [string, Set<string>][] } | null = null;
  const fileOf = (id: string, graph: Graph): string | null => {
    const reached = (modules: readonly string[]): Set<string> =>
      reach(
        modules.map((module) => `${source}/${module}`),
        graph,
      );
    known ??= {
      everywhere: reached(['main.tsx']).union(inAll(Object.values(catalogues).map((module) => reached([module])))),
      inRoom: names.map((name) => [name, reached(rooms[name])]),
    };
    const wanted = known.inRoom.filter(([, modules]) => modules.has(id));
    const isIn = (room: keyof typeof rooms): boolean => wanted.some(([name]) => name === room);
    // One is at the door, or at the desk.
    if (known.everywhere.has(id) || (isIn('entry') && isIn('desk'))) {
      if (isIn('sight')) return 'first';
      return id.includes('/node_modules/') ? 'vendor' : 'page';
    }
    const file = wanted.map(([name]) => name).join('-');
    // What it alone needs is in the file that is asked for by its name.
    return file === '' || file === 'sight' ? null : file;
  };
  // What more rooms need goes first: a file takes with it what its modules import, unless that has its place already.
  const shared = subsets(names).sort((a, b) => b.length - a.length);
  const order = ['first', 'vendor', 'page', ...shared.map((some) => some.join('-'))];
  return order.map((file, at) => ({
    name: (id, graph) => (fileOf(id, graph) === file ? file : null),
    priority: order.length - at,
  }));
}

const inAll = <T>(sets: Set<T>[]): Set<T> => sets.reduce((some, more) => some.intersection(more));

const subsets = <T>([first, ...rest]: readonly T[]): T[][] => {
  if (first === undefined) return [];
  const others = subsets(rest);
  return [[first], ...others.map((some) => [first, ...some]), ...others];
};

/** These modules with all that they import at once. */
function reach(from: readonly string[], graph: Graph, found = new Set<string>()): Set<string> {
  for (const id of from.filter((each) => !found.has(each))) {
    found.add(id);
    reach(graph.getModuleInfo(id)?.importedIds ?? [], graph, found);
  }
  return found;
}

export const chunksIn = (bundle: Rolldown.OutputBundle): Rolldown.OutputChunk[] =>
  Object.values(bundle).filter((file) => file.type === 'chunk');

/** The file that is fetched for a module of the page: one that stands for it, or else the one that it is in. */
export function chunkOf(module: string, chunks: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk | undefined {
  const isIt = (id: string | null): boolean => id?.endsWith(`/web/src/${module}`) === true;
  return (
    chunks.find(({ facadeModuleId }) => isIt(facadeModuleId)) ?? chunks.find(({ moduleIds }) => moduleIds.some(isIt))
  );
}

/** These files with all that they import at once. */
export function withImports(
  names: readonly string[],
  chunks: readonly Rolldown.OutputChunk[],
  found = new Set<string>(),
): Set<string> {
  for (const name of names.filter((each) => !found.has(each))) {
    found.add(name);
    withImports(chunks.find(({ fileName }) => fileName === name)?.imports ?? [], chunks, found);
  }
  return found;
}

/** What is loaded first anywhere, in any language. */
export function filesFirst(bundle: Rolldown.OutputBundle): Set<string> {
  const chunks = chunksIn(bundle);
  const modules = [...Object.values(rooms).flat(), ...Object.values(catalogues)];
  const first = ['main.tsx', ...modules].flatMap((module) => chunkOf(module, chunks) ?? []);
  return withImports(
    first.map(({ fileName }) => fileName),
    chunks,
  );
}
