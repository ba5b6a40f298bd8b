/** The form of a word for a count, in languages that have two. */
export const plural = (count: number, one: string, other: string): string => (count === 1 ? one : other);
