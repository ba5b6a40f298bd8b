/** What a credential may be used for. A session has every scope; an API key has those it was made with. */
export const scopes = ['chat', 'models', 'files', 'documents', 'metrics'] as const;
export type Scope = (typeof scopes)[number];

export const roles = ['admin', 'user', 'pending'] as const;
export type Role = (typeof roles)[number];
