import { join } from 'node:path';
import { buildServer } from '../../scripts/build-server.ts';

/** The server as it is started by ./start.sh: in few files, which start in half the time. As deep in the project as its sources. */
export const bundle = join(import.meta.dirname, '..', '..', 'test-results', 'server');

/** Once, before all tests of the page. */
export default (): Promise<void> => buildServer(bundle);
