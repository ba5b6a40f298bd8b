import { workerData } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import { answerRequests } from '../../lib/thread.ts';

const { path } = workerData as { path: string };
// It waits for nobody: holding the lock of the writers while it waits for a long read, it would hold them all up.
const sqlite = new SQLite(path, { fileMustExist: true, timeout: 0 });
for (const pragma of ['synchronous = NORMAL', 'wal_autocheckpoint = 0']) sqlite.pragma(pragma);
const beside = sqlite.prepare('pragma wal_checkpoint(passive)');
const whole = sqlite.prepare('pragma wal_checkpoint(full)');

answerRequests((): null => {
  beside.get();
  // What was written meanwhile is little; but while some of it is not in the file, the log cannot begin anew, and would only grow.
  whole.get();
  return null;
});
