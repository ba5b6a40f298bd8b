/** Asks, and reads the answer to its end. Throws for anything but success. */
export async function ask<T = unknown>(url: string, token: string): Promise<T> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

const WARM_UP = 50;

/** Milliseconds of each, one after the other, turn by turn, so that what the machine does meanwhile meets all of them. */
export async function times<K extends string>(
  count: number,
  works: Record<K, () => Promise<unknown>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(works) as K[];
  const found = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
  for (let turn = -WARM_UP; turn < count; turn += 1) {
    for (const name of names) {
      const startedAt = performance.now();
      await works[name]();
      if (turn >= 0) found[name].push(performance.now() - startedAt);
    }
  }
  return found;
}
