/** Kinds that an admin can add; the others are built in. */
export const addableKinds = ['ollama', 'lmstudio', 'openai', 'anthropic', 'openai-compatible'] as const;
/** What answers in Carrel itself, without a server. */
export const builtInKinds = ['librarian', 'gguf', 'transformers'] as const;
export const isBuiltIn = (kind: string): kind is (typeof builtInKinds)[number] =>
  (builtInKinds as readonly string[]).includes(kind);

export type AddableKind = (typeof addableKinds)[number];

/** Where a server of this kind is when nobody says otherwise. */
export const standardAddresses: Partial<Record<AddableKind, string>> = {
  ollama: 'http://localhost:11434',
  lmstudio: 'http://localhost:1234',
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
};
