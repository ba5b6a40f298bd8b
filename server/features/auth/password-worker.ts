import { setPriority } from 'node:os';
import { hashSync, verifySync } from '@node-rs/argon2';
import { verifySync as verifyBcryptSync } from '@node-rs/bcrypt';
import { answerRequests } from '../../lib/thread.ts';
import type { Hashing } from './passwords.ts';

/** Behind all that somebody reads along with: of a core that both want, hashing gets what the rest leaves. */
const NICE = 10;

// A thread has a priority of its own on Linux alone; elsewhere this would be the whole program's.
if (process.platform === 'linux') setPriority(NICE);

answerRequests((asked: Hashing): string | boolean => {
  if (asked.work === 'hash') return hashSync(asked.password, asked.cost);
  const { work, hash, password } = asked;
  return work === 'bcrypt' ? verifyBcryptSync(password, hash) : verifySync(hash, password);
});
