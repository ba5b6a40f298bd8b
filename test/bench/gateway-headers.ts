/**
 * Loaded before the Portkey gateway: it adds headers to the answer that `fetch` gave it, which Node does not allow, so that
 * 1.15.2 answers every stream with 500. An answer with a copy of the headers lets it work; the cost is some microseconds.
 */
const original = globalThis.fetch;
globalThis.fetch = async (...args) => {
  const answer = await original(...args);
  return new Response(answer.body, { status: answer.status, headers: new Headers(answer.headers) });
};
