/** Answers of the server that were asked for before the page itself ran. Each is taken once, and is then as old as the page. */
const asked = new Map<string, Promise<Response>>();

/** Asks for what the page will ask for: it gets this answer then. What comes back is for the one who calls. */
export function askAhead(path: string): Promise<Response> {
  const answer = fetch(path, { headers: { accept: 'application/json' }, credentials: 'same-origin' });
  const copy = answer.then((response) => response.clone());
  copy.catch(() => undefined);
  asked.set(path, copy);
  return answer;
}

export function takeAhead(path: string): Promise<Response> | undefined {
  const answer = asked.get(path);
  asked.delete(path);
  return answer;
}
