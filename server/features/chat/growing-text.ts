/** A text that comes in words. */
type GrowingText = {
  add(words: string): void;
  text(): string;
  /** Makes one string of the words since the last time: small strings keep the garbage collector busy as long as they live. */
  settle(): void;
};

export function createGrowingText(): GrowingText {
  let settled = '';
  let words: string[] = [];
  const settle = (): void => {
    settled += words.join('');
    words = [];
  };
  return {
    add: (more) => void words.push(more),
    text() {
      settle();
      return settled;
    },
    settle,
  };
}
