import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../process.ts';
import type { Server } from './carrel.ts';
import type { Machine } from './machine.ts';
import { start } from './processes.ts';
import { skipped, type Missing } from './report.ts';

/** What it wants to know of the provider with each request. */
export const portkeyHeaders = (provider: Server): Record<string, string> => ({
  authorization: 'Bearer sk-bench',
  'x-portkey-provider': 'openai',
  'x-portkey-custom-host': `${provider.url}/v1`,
});

/** The gateway that the goals name, where somebody has installed it: it is no dependency of ours. */
export async function startPortkey(machine: Machine, id: string): Promise<(Server | Missing) & AsyncDisposable> {
  const what = '  Portkey gateway';
  const without = (reason: string, failed = false) => ({
    ...skipped(id, what, reason),
    failed,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
  const dir = process.env['PORTKEY_DIR'];
  if (!dir) return without('set PORTKEY_DIR to a folder where it is installed');
  const script = join(dir, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  if (!existsSync(script)) return without(`not installed in ${dir}`, true);
  const url = `http://127.0.0.1:${await freePort()}`;
  const fix = join(import.meta.dirname, 'gateway-headers.ts');
  const command = machine.place('server', [
    process.execPath,
    '--import',
    fix,
    script,
    `--port=${new URL(url).port}`,
    '--headless',
  ]);
  return { ...(await start({ command, ready: `${url}/`, cwd: dir })), url };
}
