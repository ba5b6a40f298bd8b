import { remembered } from './remembered.ts';

const KEY = 'person';

/** Whose desk this browser shows while the server cannot be asked: what everybody here may see of them, and no key to anything. */
export const knownPerson = {
  read<T>(): T | null {
    try {
      return JSON.parse(remembered.read(KEY) ?? 'null') as T | null;
    } catch {
      return null;
    }
  },
  keep: (person: unknown): void => remembered.write(KEY, person === null ? null : JSON.stringify(person)),
};
