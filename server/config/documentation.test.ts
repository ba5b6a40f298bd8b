import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../config.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The names that a start asks the environment for; a secret's name stands for its NAME_FILE too. */
function namesRead(): { names: string[]; secrets: string[] } {
  const cwd = mkdtempSync(join(tmpdir(), 'carrel-docs-'));
  const asked = new Set<string>();
  try {
    const env = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_target, name) => (typeof name === 'string' && asked.add(name), undefined),
      },
    );
    loadConfig({ env, cwd });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  const names = [...asked].filter((name) => !(name.endsWith('_FILE') && asked.has(name.slice(0, -5))));
  return { names: names.toSorted(), secrets: names.filter((name) => asked.has(`${name}_FILE`)).toSorted() };
}

const rows = [...read('docs/configuration.md').matchAll(/^\| `([A-Z0-9_]+)` +\|.*$/gm)];

it('every variable that is read is documented, and the other way round', () => {
  expect(rows.map(([, name = '']) => name).toSorted()).toEqual(namesRead().names);
});

it('what may come from a file is marked so', () => {
  expect(rows.flatMap(([row, name = '']) => (row.includes('**file**') ? [name] : [])).toSorted()).toEqual(
    namesRead().secrets,
  );
});

it('.env.example names only variables that are read, and changes nothing', () => {
  const lines = read('.env.example').split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  const examples = lines.flatMap((line) => /^#([A-Z0-9_]+)=/.exec(line)?.[1] ?? []);
  const { names, secrets } = namesRead();
  const known = new Set([...names, ...secrets.map((name) => `${name}_FILE`)]);
  expect(examples.filter((name) => !known.has(name))).toEqual([]);
  expect(examples.length).toBeGreaterThan(10);
});
