import { part } from '../../../lib/part.tsx';

export const SourcePanel = part(async () => (await import('./source-panel.tsx')).SourcePanel);
