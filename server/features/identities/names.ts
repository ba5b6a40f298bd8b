import { name as nameSchema, username as usernameSchema } from '../../../shared/api/auth.ts';

/** Names that look the same are the same. */
export const usernameKey = (name: string): string => name.normalize('NFKC').toLowerCase();

/** A name that others gave, cut to what one can be here; undefined where nothing is left. */
export function nameFrom(given: string | null): string | undefined {
  const cut = given
    ?.replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 100);
  return nameSchema.safeParse(cut).data;
}

/** A user name that others gave (of an address, what is before the `@`); undefined where it cannot be one here. */
export const usernameFrom = (given: string | null): string | undefined =>
  usernameSchema.safeParse(given?.split('@')[0]).data;
