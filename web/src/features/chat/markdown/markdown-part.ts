import { part } from '../../../lib/part.tsx';

export const Markdown = part(async () => (await import('./markdown.tsx')).default);
