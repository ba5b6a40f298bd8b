/** Letters, digits, `-`, `_`, `.`; no segment is empty or begins with a dot, so none can climb or hide. */
const segment = '[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}';
const key = new RegExp(`^${segment}(/${segment}){0,15}$`);
const prefix = new RegExp(`^(${segment}/){0,15}(${segment})?$`);

/** Throws unless the key is one that we could have made; every driver asks before it touches anything. */
export function assertObjectKey(candidate: string): void {
  if (!key.test(candidate)) throw new Error('An object key was refused.');
}

export function assertKeyPrefix(candidate: string): void {
  if (!prefix.test(candidate)) throw new Error('An object prefix was refused.');
}
