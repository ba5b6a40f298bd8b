/** Vectors that look like those of texts: around themes, which lie around a common middle. The same for the same seed. */
export function clustered(count: number, dimensions: number, seed = 1): Float32Array[] {
  let state = seed >>> 0;
  const random = (): number => {
    // mulberry32, in the public domain
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const cloud = (around: Float32Array | undefined, width: number): Float32Array =>
    Float32Array.from({ length: dimensions }, (_, at) => (around?.[at] ?? 0) + width * normal());
  const middle = cloud(undefined, 0.3);
  const themes = Array.from({ length: Math.max(8, Math.ceil(count / 100)) }, () => cloud(middle, 1));
  return Array.from({ length: count }, () => cloud(themes[Math.floor(random() * themes.length)], 0.6));
}

/** Which of all lie nearest by cosine, exactly: places in `all`, best first. */
export function exactNearest(all: readonly Float32Array[], query: Float32Array, limit: number): number[] {
  const length = (vector: Float32Array): number => Math.hypot(...vector);
  const size = length(query);
  return all
    .map((vector, at) => ({
      at,
      score: vector.reduce((sum, value, place) => sum + value * (query[place] ?? 0), 0) / (length(vector) * size),
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ at }) => at);
}
