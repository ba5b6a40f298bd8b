import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';

const dimensions = 128;
/** Words that mean the same here: the one thing that this stands in for a real model with. */
const meanings = [
  ['car', 'automobile', 'vehicle'],
  ['doctor', 'physician'],
  ['salary', 'wages', 'pay'],
];

/** A bag of words with synonyms as one. Deterministic; it knows nothing of language. */
export function testVector(text: string): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const meaning = meanings.findIndex((group) => group.includes(word));
    const place =
      meaning === -1
        ? meanings.length +
          (createHash('sha256').update(word).digest().readUInt32LE(0) % (dimensions - meanings.length))
        : meaning;
    vector[place] = (vector[place] ?? 0) + (meaning === -1 ? 0.3 : 3);
  }
  return vector;
}

export type EmbeddingServer = Awaited<ReturnType<typeof createEmbeddingServer>>;

/** A model server with OpenAI's API whose only models are embedding models. */
export async function createEmbeddingServer() {
  const state = {
    texts: [] as string[],
    refuse: false,
    /** A text that it refuses, and how often it did. */
    dislikes: undefined as string | undefined,
    refused: 0,
    held: undefined as { model: string; until: Promise<void> } | undefined,
  };
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url?.endsWith('/models'))
      return answer(200, { object: 'list', data: [{ id: 'embed-one' }, { id: 'embed-two' }, { id: 'chat-only' }] });
    let raw = '';
    request.on('data', (piece: Buffer) => (raw += piece.toString()));
    request.on('end', () => {
      void (async () => {
        const { input, model } = JSON.parse(raw) as { input: string[]; model: string };
        // The one text that a model is tried with is never held up.
        if (state.held?.model === model && !input[0]?.startsWith('A text to try')) await state.held.until;
        if (state.refuse) return answer(400, { error: { message: 'out of order' } });
        if (state.dislikes !== undefined && input.some((text) => text.includes(state.dislikes ?? ''))) {
          state.refused += 1;
          return answer(400, { error: { message: 'not this' } });
        }
        state.texts.push(...input);
        const vectors = input.map(testVector);
        // Another model, another space: the same places turned round.
        const data = vectors.map((vector, index) => ({
          index,
          embedding: model === 'embed-two' ? vector.toReversed() : vector,
        }));
        return answer(200, { data, model, usage: { prompt_tokens: 1, total_tokens: 1 } });
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    state,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
