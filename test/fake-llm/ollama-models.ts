const at = '2026-01-01T00:00:00.000000Z';
const digest = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('hex').slice(0, 64);
const isEmbedding = (name: string): boolean => /embed/.test(name);
export const thinks = (name: string): boolean => /gpt-oss|qwen3|deepseek-r1/.test(name);
export const sees = (name: string): boolean => /llava|gemma|vision|-vl/.test(name);
const details = (name: string) => ({
  parent_model: '',
  format: 'gguf',
  family: isEmbedding(name) ? 'nomic-bert' : 'llama',
  families: [isEmbedding(name) ? 'nomic-bert' : 'llama'],
  parameter_size: '3.2B',
  quantization_level: 'Q4_K_M',
});

/** As `GET /api/tags` answers. */
export const ollamaTags = (names: readonly string[]) => ({
  models: names.map((name) => ({
    name,
    model: name,
    modified_at: at,
    size: 2_019_393_189,
    digest: digest(name),
    details: details(name),
  })),
});

/** As `GET /api/ps` answers. */
export const ollamaRunning = (names: readonly string[]) => ({
  models: names.map((name) => ({
    name,
    model: name,
    size: 3_000_000_000,
    digest: digest(name),
    details: details(name),
    expires_at: '2026-01-01T00:05:00Z',
    size_vram: 2_500_000_000,
    context_length: 4_096,
  })),
});

/** As `POST /api/show` answers. */
export const ollamaShow = (name: string) => {
  const { family } = details(name);
  return {
    license: 'MIT',
    modelfile: '',
    parameters: '',
    template: '',
    details: details(name),
    model_info: { 'general.architecture': family, [`${family}.context_length`]: isEmbedding(name) ? 2_048 : 131_072 },
    capabilities: isEmbedding(name)
      ? ['embedding']
      : ['completion', 'tools', ...(sees(name) ? ['vision'] : []), ...(thinks(name) ? ['thinking'] : [])],
    modified_at: at,
  };
};

/** What `POST /api/pull` says on the way, a line each. */
export function pullLines(name: string): object[] {
  const layer = { status: `pulling ${digest(name).slice(0, 12)}`, digest: `sha256:${digest(name)}`, total: 4_000 };
  return [
    { status: 'pulling manifest' },
    { ...layer },
    ...[1_000, 2_500, 4_000].map((completed) => ({ ...layer, completed })),
    { status: 'verifying sha256 digest' },
    { status: 'writing manifest' },
    { status: 'success' },
  ];
}
