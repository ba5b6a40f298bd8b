import type { Role } from './permissions.ts';

/** What comes with Carrel, by the keys of API and page. */
export const builtInApps = ['chat', 'documents'] as const;
export type BuiltInApp = (typeof builtInApps)[number];

/** The keys of the apps that somebody may open. Who waits for approval has none. */
export const grantedApps = ({ role }: { role: Role }): string[] => (role === 'pending' ? [] : [...builtInApps]);
