/** What a credential may be used for. A session has every scope; an API key has those it was made with. */
export const scopes = ['chat', 'models', 'files', 'documents', 'metrics'] as const;
export type Scope = (typeof scopes)[number];

/** What members can be allowed or not; admins may all of it. Each is asked for by a route's `access`. */
export const permissions = [
  'chat.edit',
  'chat.delete',
  'files.upload',
  'assistants.share',
  'tools',
  'api_keys',
] as const;
export type Permission = (typeof permissions)[number];

export const roles = ['admin', 'user', 'pending'] as const;
export type Role = (typeof roles)[number];
