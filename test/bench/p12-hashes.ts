import { hash, verify } from '@node-rs/argon2';

/** Raw Argon2id: how many milliseconds one verification takes, one after the other, at the cost that stored passwords have. */
const COUNT = Number(process.argv[2]);
const stored = await hash('a password for measuring only', { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
for (let turn = 0; turn < 5; turn += 1) await verify(stored, 'a wrong one');
const startedAt = performance.now();
for (let turn = 0; turn < COUNT; turn += 1) await verify(stored, 'a wrong one');
process.stdout.write(String((performance.now() - startedAt) / COUNT));
