export type Preset = 'oidc' | 'google' | 'microsoft';

/** What is known beforehand of well-known providers. Microsoft's issuer wants the tenant's id in its place. */
export const presets: Record<Preset, { id: string; name: string; issuer: string }> = {
  oidc: { id: '', name: '', issuer: '' },
  google: { id: 'google', name: 'Google', issuer: 'https://accounts.google.com' },
  microsoft: { id: 'microsoft', name: 'Microsoft', issuer: 'https://login.microsoftonline.com/common/v2.0' },
};
