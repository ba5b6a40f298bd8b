import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../server/config.ts';
import { compose } from '../server/compose.ts';
import { withRouteTable } from '../server/http/route-table.ts';

/** Writes the table of routes into docs/security.md: node scripts/route-table.ts */
const path = new URL('../docs/security.md', import.meta.url);
const dir = await mkdtemp(join(tmpdir(), 'carrel-routes-'));
try {
  const config = loadConfig({ env: { DATA_DIR: dir, DETECT_PROVIDERS: 'false' }, cwd: dir });
  const { app, close } = await compose(config, pino({ level: 'silent' }));
  await app.ready();
  await writeFile(path, withRouteTable(await readFile(path, 'utf8'), app.registeredRoutes()));
  await close();
} finally {
  await rm(dir, { recursive: true, force: true });
}
