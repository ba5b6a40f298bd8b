import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCheckpoints } from './checkpoints.ts';

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'carrel-test-checkpoints-'));
  const sqlite = new SQLite(join(folder, 'carrel.db'));
  for (const pragma of ['journal_mode = WAL', 'wal_autocheckpoint = 0']) sqlite.pragma(pragma);
  sqlite.exec('create table notes (text blob)');
  const checkpoints = createCheckpoints(sqlite);
  onTestFinished(async () => {
    await checkpoints.close();
    sqlite.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const add = sqlite.prepare('insert into notes values (zeroblob(?))');
  const waiting = (): number => {
    const [{ log, checkpointed }] = sqlite.pragma('wal_checkpoint(noop)') as [{ log: number; checkpointed: number }];
    return log - checkpointed;
  };
  const write = (megabytes: number): void => {
    for (let n = 0; n < 8 * megabytes; n += 1) {
      add.run(128 * 1_024);
      checkpoints.committed();
    }
  };
  return { sqlite, write, waiting };
}

it('carries a long log over into the file, and lets it begin anew', async () => {
  const { sqlite, write, waiting } = open();
  write(15);
  expect(waiting()).toBeGreaterThan(3_000);
  write(3);
  await vi.waitFor(() => expect(waiting()).toBe(0), { timeout: 20_000 });
  write(1);
  const [{ log }] = sqlite.pragma('wal_checkpoint(noop)') as [{ log: number }];
  expect(log).toBeLessThan(1_000);
});

it('leaves a short log as it is', async () => {
  const { write, waiting } = open();
  write(2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(waiting()).toBeGreaterThan(400);
});

it('lets a long read see what it began with, and goes on when that has ended', async () => {
  const { sqlite, write, waiting } = open();
  write(1);
  const reader = new SQLite(sqlite.name, { readonly: true });
  const count = reader.prepare('select count(*) as total from notes');
  reader.exec('begin');
  expect(count.get()).toEqual({ total: 8 });
  write(40);
  await vi.waitFor(() => expect(waiting()).toBeGreaterThan(0));
  expect(count.get()).toEqual({ total: 8 });
  reader.exec('commit');
  expect(count.get()).toEqual({ total: 8 * 41 });
  reader.close();
  await vi.waitFor(
    () => {
      write(1);
      expect(waiting()).toBeLessThan(4_000);
    },
    { timeout: 20_000 },
  );
});
