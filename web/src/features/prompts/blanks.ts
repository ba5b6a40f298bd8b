const blank = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The names of the blanks of a text, each once, in the order in which they come. */
export const blanksOf = (text: string): string[] => [
  ...new Set([...text.matchAll(blank)].map(([, name]) => name ?? '')),
];

/** The text with its blanks filled in; one that has no value stays as it is written. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(blank, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? whole) : whole));
