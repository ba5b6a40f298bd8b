import { fileURLToPath } from 'node:url';

/** The folder of the project. The server runs from its sources, or from `server/dist`, which lies as deep as this file does. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
