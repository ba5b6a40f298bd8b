import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const wanted = /import \{([^}]+)\} from 'lucide-react';/g;
const told = /export \{([^}]+)\} from '\.\/icons\/([\w-]+)\.mjs'/g;

/**
 * Lets each module import its icons from their own files, and not all of them through the package's list: so each goes to the
 * room that shows it, and two thousand others are not read.
 */
export function singleIcons(): Plugin {
  let files = new Map<string, string>();
  return {
    name: 'carrel:single-icons',
    apply: 'build',
    enforce: 'pre',
    async buildStart() {
      const home = createRequire(import.meta.url).resolve('lucide-react/icons/check');
      const list = await readFile(new URL('../lucide-react.mjs', `file://${home}`), 'utf8');
      files = new Map(
        [...list.matchAll(told)].flatMap(([, names = '', file = '']) =>
          namesIn(names).map(([, name]): [string, string] => [name, file]),
        ),
      );
    },
    transform: {
      filter: { id: /\.tsx?$/, code: "from 'lucide-react'" },
      handler(code) {
        return code.replace(wanted, (whole, names: string) => {
          const lines = namesIn(names).map(([name, as]) => {
            const file = files.get(name);
            return file === undefined ? null : `import ${as} from 'lucide-react/icons/${file}';`;
          });
          // One line stays one line, so that errors name the right one.
          return lines.includes(null) ? whole : lines.join(' ');
        });
      },
    },
  };
}

/** `A, B as C` as pairs of a name and what it is called here. Types are nothing that is loaded. */
const namesIn = (list: string): [string, string][] =>
  list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !one.startsWith('type '))
    .map((one) => {
      const [name = '', as = name] = one.split(/\s+as\s+/);
      return [name, as];
    });
