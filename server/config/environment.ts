import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.ts';
import type { Kind } from './values.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** Reads variables by name: the environment first, then `.env`. An empty value counts as unset. */
export type Environment = {
  get<T>(name: string, kind: Kind<T>): T | undefined;
  /** As `get`, and from the file that NAME_FILE names; the value never shows in an error. */
  secret<T>(name: string, kind: Kind<T>): T | undefined;
  /** The variables that were asked for and have a value. */
  given: ReadonlySet<string>;
};

export function readEnvironment(env: Values, cwd: string): Environment {
  const sources = [env, dotEnv(cwd)];
  const given = new Set<string>();
  const find = (name: string): string | undefined => {
    const found = sources.map((source) => source[name]).find((value) => value?.trim());
    if (found !== undefined) given.add(name);
    return found;
  };
  return {
    given,
    get: (name, kind) => parse(name, kind, find(name), true),
    secret(name, kind) {
      // The nearer source decides, so that NAME_FILE in the environment wins over NAME in .env.
      for (const source of sources) {
        const value = source[name]?.trim();
        const file = source[`${name}_FILE`]?.trim();
        if (value && file)
          throw ConfigError.because(name, `both ${name} and ${name}_FILE are set. Leave one of them out.`);
        if (value || file) given.add(name);
        if (value) return parse(name, kind, value, false);
        if (file) return parse(name, kind, contentOf(`${name}_FILE`, resolve(cwd, file)), false);
      }
      return undefined;
    },
  };
}

function dotEnv(cwd: string): Values {
  const path = resolve(cwd, '.env');
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return {};
    throw ConfigError.because('.env', `${path} cannot be read (${code ?? 'not text'}).`);
  }
}

function contentOf(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw ConfigError.of(variable, `cannot be read (${code ?? 'error'})`, '/run/secrets/name', path);
  }
}

function parse<T>(name: string, kind: Kind<T>, value: string | undefined, show: boolean): T | undefined {
  if (value === undefined) return undefined;
  const result = kind.schema.safeParse(value);
  if (result.success) return result.data;
  throw ConfigError.of(name, kind.problem, kind.example, show ? value : undefined);
}
