/** As the server keeps them: small letters, each once. */
export const tagsIn = (typed: string): string[] => [
  ...new Set(
    typed
      .split(',')
      .map((tag) => tag.trim().toLowerCase())
      .filter((tag) => tag !== ''),
  ),
];

export const MOST_TAGS = 20;
export const LONGEST_TAG = 50;
