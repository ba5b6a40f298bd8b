import { z } from 'zod';
import type { Kind } from './values.ts';

/** `redis://` or, over TLS, `rediss://`; may hold a user, a password and the number of a database. */
export const redisUrl: Kind<string> = {
  schema: z
    .string()
    .trim()
    .refine((value) => {
      if (!URL.canParse(value)) return false;
      const { protocol, hostname, pathname } = new URL(value);
      return ['redis:', 'rediss:'].includes(protocol) && hostname !== '' && /^\/?\d*$/.test(pathname);
    }),
  problem: 'is not the address of a Redis (redis:// or rediss://)',
  example: 'redis://:password@localhost:6379/0',
};
