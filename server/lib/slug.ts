/** A name in lower-case letters, digits and single dashes, `longest` at most; empty where nothing of it can stand so. */
export const slugOf = (name: string, longest: number): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '');
