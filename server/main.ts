#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { root } from './lib/root.ts';

// Before anything else is loaded, so that the next start finds it compiled. In the package's own folder: one that others
// may write to, as the system's default, could be given foreign code.
enableCompileCache(join(root, 'node_modules', '.cache', 'carrel'));

const { run } = await import('./cli/run.ts');
await run(process.argv.slice(2));
