/** As `GET /v1/models` answers. */
export const openaiModels = (names: readonly string[]) => ({
  object: 'list',
  data: names.map((id) => ({ id, object: 'model', created: 1_760_000_000, owned_by: 'fake' })),
});

/** As LM Studio's own `GET /api/v0/models` answers. */
export const lmStudioModels = (names: readonly string[]) => ({
  object: 'list',
  data: names.map((id) => ({
    id,
    object: 'model',
    type: /embed/.test(id) ? 'embeddings' : 'llm',
    publisher: 'fake',
    state: 'loaded',
    max_context_length: 131_072,
    loaded_context_length: 8_192,
    capabilities: ['tool_use'],
  })),
});
