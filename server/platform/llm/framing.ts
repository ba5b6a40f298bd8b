/**
 * Takes the bytes of an answer apart into messages, and gives each as soon as it is whole. What is wrong with them is thrown after
 * what came before it was given.
 */
export type Framing<T> = (give: (message: T) => void) => {
  feed(bytes: Buffer): void;
  /** Nothing more comes. */
  end(): void;
};

/** The messages of an answer that is read at its reader's pace. */
export async function* messagesIn<T>(pieces: AsyncIterable<Buffer>, framing: Framing<T>): AsyncGenerator<T> {
  const ready: T[] = [];
  const { feed, end } = framing((message) => void ready.push(message));
  for await (const piece of pieces) {
    try {
      feed(piece);
    } finally {
      yield* ready.splice(0);
    }
  }
  end();
  yield* ready;
}
